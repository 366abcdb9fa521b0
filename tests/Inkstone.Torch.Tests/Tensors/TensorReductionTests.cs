using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class TensorReductionTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly Tensor x = Tensor.From<float>([1, 5, 3, 4, 2, 6], 2, 3);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Sum_OfAllOrSomeDims_AddsUp()
    {
        x.Sum().ToDouble().ShouldBe(21);
        x.Sum([1]).ToArray<float>().ShouldBe([9, 12]);
        x.Sum([0], keepDim: true).Shape.ShouldBe([1, 3]);
        x.Sum([0, 1], dtype: DType.Float64).DType.ShouldBe(DType.Float64);
        x.Sum([]).ToDouble().ShouldBe(21);
    }

    [Fact]
    public void Mean_OfAllOrSomeDims_Averages()
    {
        x.Mean().ToDouble().ShouldBe(3.5);
        x.Mean([1]).ToArray<float>().ShouldBe([3, 4]);
    }

    [Fact]
    public void Max_OfAllOrOneDim_GivesValuesAndPlaces()
    {
        var (values, indices) = x.Max(1);

        x.Max().ToDouble().ShouldBe(6);
        values.ToArray<float>().ShouldBe([5, 6]);
        indices.ToArray<long>().ShouldBe([1, 2]);
        x.ArgMax(0).ToArray<long>().ShouldBe([1, 0, 1]);
        x.ArgMax(0, keepDim: true).Shape.ShouldBe([1, 3]);
    }

    [Fact]
    public void Norm_OfAPythagoreanPair_IsFive() => Tensor.From<float>([3, 4], 2).Norm().ToDouble().ShouldBe(5);

    [Fact]
    public void AllClose_WithinTolerance_IsTrue()
    {
        x.AllClose(x + 1e-6).ShouldBeTrue();
        x.AllClose(x + 0.1).ShouldBeFalse();
        x.AllClose(x + 0.1, atol: 0.2).ShouldBeTrue();
        x.AllClose(x + double.NaN).ShouldBeFalse();
    }

    [Fact]
    public void EqualsExactly_OneElementDiffers_IsFalse()
    {
        x.EqualsExactly(x.Clone()).ShouldBeTrue();
        x.EqualsExactly(x.View(3, 2)).ShouldBeFalse();
        x.EqualsExactly(x * 1.0001).ShouldBeFalse();
    }

    [Fact]
    public void IndexAddAndScatterAdd_ToZeros_PutValuesInPlace()
    {
        var zeros = Tensor.Zeros([2, 3]);

        zeros.IndexAdd(0, Tensor.From<long>([1, 1], 2), x).ToArray<float>().ShouldBe([0, 0, 0, 5, 7, 9]);
        zeros.ScatterAdd(1, Tensor.From<long>([2, 2, 0, 0, 1, 2], 2, 3), x).ToArray<float>().ShouldBe([3, 0, 6, 4, 2, 6]);
    }
}
