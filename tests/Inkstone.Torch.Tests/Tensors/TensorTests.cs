using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class TensorTests
{
    [Fact]
    public void ToString_Float32_SaysShapeDTypeDevice()
    {
        using var t = Tensor.Zeros([2, 3]);

        t.ToString().ShouldBe("[2, 3] float32 cpu");
    }

    [Fact]
    public void Shape_OfAScalar_IsEmpty()
    {
        using var t = Tensor.Scalar(3);

        t.Shape.ShouldBeEmpty();
        t.Dim.ShouldBe(0);
        t.NumElements.ShouldBe(1);
    }

    [Fact]
    public void Size_NegativeDim_CountsFromTheEnd()
    {
        using var t = Tensor.Zeros([2, 3, 5]);

        t.Size(-1).ShouldBe(5);
        t.Size(0).ShouldBe(2);
        Should.Throw<ArgumentOutOfRangeException>(() => t.Size(3)).Message.ShouldContain("[2, 3, 5] float32 cpu has 3 dimensions");
        Should.Throw<ArgumentOutOfRangeException>(() => t.Size(-4));
    }

    [Fact]
    public void Strides_OfATransposedMatrix_AreSwapped()
    {
        using var t = Tensor.Zeros([2, 3]);
        using var transposed = t.Transpose(0, 1);

        t.Strides.ShouldBe([3, 1]);
        transposed.Strides.ShouldBe([1, 3]);
        transposed.IsContiguous.ShouldBeFalse();
    }

    [Fact]
    public void Dispose_Twice_FreesOnce()
    {
        var t = Tensor.Zeros([4]);

        t.Dispose();
        t.Dispose();

        t.IsDisposed.ShouldBeTrue();
        t.ToString().ShouldBe("a disposed tensor");
    }

    [Fact]
    public void AnyUse_AfterDispose_ThrowsObjectDisposed()
    {
        var t = Tensor.Zeros([4]);
        t.Dispose();

        Should.Throw<ObjectDisposedException>(() => t.Shape);
        Should.Throw<ObjectDisposedException>(() => t + 1);
        Should.Throw<ObjectDisposedException>(() => Tensor.Cat([t]));
        Should.Throw<ObjectDisposedException>(() => t.Backward());
    }

    [Fact]
    public void Alias_AfterTheFirstIsDisposed_StillHoldsTheMemory()
    {
        var t = Tensor.Full([2], 7);
        using var alias = t.Alias();
        t.Dispose();

        alias.ToArray<float>().ShouldBe([7, 7]);
    }
}
