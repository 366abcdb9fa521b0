using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class TensorDataTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly Tensor matrix = Tensor.From<float>([1, 2, 3, 4, 5, 6], 2, 3);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Item_OfOneElement_IsThatElement()
    {
        Tensor.Scalar(2.5).Item<float>().ShouldBe(2.5f);
        Tensor.From<long>([7], 1, 1).Item<long>().ShouldBe(7);
        matrix.Gt(100).Sum().Item<long>().ShouldBe(0);
        matrix.Select(0, 1).Select(0, 2).Item<float>().ShouldBe(6);
    }

    [Fact]
    public void Item_OfAnotherType_SaysBoth() =>
        Should.Throw<InvalidOperationException>(() => Tensor.Scalar(1).Item<long>()).Message
            .ShouldBe("[] float32 cpu cannot be read as int64 (Int64); convert it with To(DType) first.");

    [Fact]
    public void ToDouble_OfAnyDType_IsTheNumber()
    {
        Tensor.From<bool>([true], 1).ToDouble().ShouldBe(1);
        Tensor.From<long>([-3], 1).ToDouble().ShouldBe(-3);
        Tensor.From<ushort>([0x3FC0], 1).ToDouble().ShouldBe(1.5);
        Should.Throw<InvalidOperationException>(() => matrix.ToDouble()).Message.ShouldContain("holds 6 elements");
    }

    [Fact]
    public void ToArray_OfATransposedMatrix_IsInItsOwnOrder() =>
        matrix.Transpose(0, 1).ToArray<float>().ShouldBe([1, 4, 2, 5, 3, 6]);

    [Fact]
    public void AsSpan_Written_ChangesTheTensor()
    {
        matrix.AsSpan<float>()[0] = 9;

        matrix.Max().ToDouble().ShouldBe(9);
        matrix.AsBytes().Length.ShouldBe(24);
    }

    [Fact]
    public void AsSpan_OfATransposedMatrix_IsRefused() =>
        Should.Throw<InvalidOperationException>(() => matrix.Transpose(0, 1).AsSpan<float>()).Message.ShouldContain("contiguous");

    [Fact]
    public void AsSpan_OfAnotherType_IsRefused() => Should.Throw<InvalidOperationException>(() => matrix.AsSpan<double>());

    [Fact]
    public void DataPointer_OfAView_LiesInsideTheWhole() =>
        (matrix.Select(0, 1).DataPointer - matrix.DataPointer).ShouldBe(12);
}
