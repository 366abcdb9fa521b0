using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class TensorShapingTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly Tensor matrix = Tensor.From<float>([1, 2, 3, 4, 5, 6], 2, 3);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void View_MinusOne_IsWorkedOut()
    {
        matrix.View(3, -1).Shape.ShouldBe([3, 2]);
        matrix.View(6).ToArray<float>().ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void View_OfMoreThanSixteenSizes_Works() =>
        matrix.View(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6).Dim.ShouldBe(18);

    [Fact]
    public void Reshape_OfATransposedMatrix_CopiesInItsOrder() =>
        matrix.Transpose(0, 1).Reshape(6).ToArray<float>().ShouldBe([1, 4, 2, 5, 3, 6]);

    [Fact]
    public void Permute_ThreeDims_MovesThem() => Tensor.Zeros([2, 3, 5]).Permute(2, 0, 1).Shape.ShouldBe([5, 2, 3]);

    [Fact]
    public void UnsqueezeAndSqueeze_Together_UndoEachOther()
    {
        matrix.Unsqueeze(1).Shape.ShouldBe([2, 1, 3]);
        matrix.Unsqueeze(1).Squeeze(1).Shape.ShouldBe([2, 3]);
        matrix.Unsqueeze(0).Unsqueeze(-1).Squeeze().Shape.ShouldBe([2, 3]);
    }

    [Fact]
    public void Expand_SizeOne_Repeats() => Tensor.From<float>([7], 1, 1).Expand(2, 3).ToArray<float>().ShouldBe([7, 7, 7, 7, 7, 7]);

    [Fact]
    public void NarrowAndSelect_OfAMatrix_AreViews()
    {
        var column = matrix.Select(1, 2);
        column.FillInPlace(0);

        matrix.ToArray<float>().ShouldBe([1, 2, 0, 4, 5, 0]);
        matrix.Narrow(1, 0, 2).ToArray<float>().ShouldBe([1, 2, 4, 5]);
    }

    [Fact]
    public void IndexSelectAndGather_ByIds_PickPlaces()
    {
        var ids = Tensor.From<long>([2, 0], 2);

        matrix.IndexSelect(1, ids).ToArray<float>().ShouldBe([3, 1, 6, 4]);
        matrix.Gather(1, ids.View(2, 1)).ToArray<float>().ShouldBe([3, 4]);
    }

    [Fact]
    public void CatAndStack_OfTwo_JoinThem()
    {
        Tensor.Cat([matrix, matrix], 0).Shape.ShouldBe([4, 3]);
        Tensor.Cat([matrix, matrix], -1).Shape.ShouldBe([2, 6]);
        Tensor.Stack([matrix, matrix, matrix], 1).Shape.ShouldBe([2, 3, 3]);
    }

    [Fact]
    public void Cat_OfTwoHundred_NeedsNoSmallBuffer() =>
        Tensor.Cat([.. Enumerable.Repeat(matrix, 200)]).Shape.ShouldBe([400, 3]);

    [Fact]
    public void SplitWithSizes_OfRows_GivesViewsOfTheseLengths()
    {
        var parts = matrix.SplitWithSizes([1, 2], 1);

        parts.Select(part => part.Size(1)).ShouldBe([1, 2]);
        parts[1].ToArray<float>().ShouldBe([2, 3, 5, 6]);
    }

    [Fact]
    public void ChunkAndUnbind_OfAMatrix_GiveItsParts()
    {
        matrix.Chunk(2, 1).Select(part => part.Size(1)).ShouldBe([2, 1]);
        matrix.Unbind().Select(row => row.ToArray<float>()[0]).ShouldBe([1, 4]);
    }

    [Fact]
    public void Contiguous_OfATransposedMatrix_HasNoGaps() => matrix.Transpose(0, 1).Contiguous().IsContiguous.ShouldBeTrue();

    [Fact]
    public void Clone_ThenChanged_LeavesTheOriginal()
    {
        matrix.Clone().ZeroInPlace();

        matrix.ToArray<float>()[0].ShouldBe(1);
    }

    [Fact]
    public void Detach_OfAWeight_SharesMemoryWithoutHistory()
    {
        matrix.RequiresGrad = true;
        var detached = matrix.Detach();
        detached.FillInPlace(9);

        detached.RequiresGrad.ShouldBeFalse();
        matrix.ToArray<float>()[0].ShouldBe(9);
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int16)]
    [InlineData(DType.Int8)]
    [InlineData(DType.UInt8)]
    public void To_AnotherDType_KeepsSmallWholeNumbers(DType dtype)
    {
        var other = matrix.To(dtype);

        other.DType.ShouldBe(dtype);
        other.ToFloats().ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void To_TheSameDevice_SharesMemory() => matrix.To(Device.Cpu).DataPointer.ShouldBe(matrix.DataPointer);

    [Fact]
    public void IsPinned_OfPlainMemory_IsFalse() => matrix.IsPinned.ShouldBeFalse();

    [Fact]
    public void PinMemory_WithoutAGpu_IsRefused()
    {
        if (TorchRuntime.CudaDeviceCount > 0)
        {
            matrix.PinMemory().IsPinned.ShouldBeTrue();
            return;
        }

        Should.Throw<TorchException>(() => matrix.PinMemory()).Operator.ShouldBe("aten::pin_memory");
    }
}
