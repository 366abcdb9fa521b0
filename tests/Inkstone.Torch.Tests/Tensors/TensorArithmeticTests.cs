using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Tensors;

public sealed class TensorArithmeticTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly Tensor a = Tensor.From<float>([1, 4, 9], 3);
    private readonly Tensor b = Tensor.From<float>([2, 2, 3], 3);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Operators_OfTwoTensors_AreElementWise()
    {
        (a + b).ToArray<float>().ShouldBe([3, 6, 12]);
        (a - b).ToArray<float>().ShouldBe([-1, 2, 6]);
        (a * b).ToArray<float>().ShouldBe([2, 8, 27]);
        (a / b).ToArray<float>().ShouldBe([0.5f, 2, 3]);
        (-a).ToArray<float>().ShouldBe([-1, -4, -9]);
    }

    [Fact]
    public void Operators_WithANumber_WorkOnBothSides()
    {
        (a + 1).ToArray<float>().ShouldBe([2, 5, 10]);
        (1 + a).ToArray<float>().ShouldBe([2, 5, 10]);
        (a - 1).ToArray<float>().ShouldBe([0, 3, 8]);
        (1 - a).ToArray<float>().ShouldBe([0, -3, -8]);
        (a * 2).ToArray<float>().ShouldBe([2, 8, 18]);
        (2 * a).ToArray<float>().ShouldBe([2, 8, 18]);
        (a / 2).ToArray<float>().ShouldBe([0.5f, 2, 4.5f]);
        (2 / b).ToArray<float>().ShouldBe([1, 1, 2f / 3]);
    }

    [Fact]
    public void Methods_OfTwoTensors_AgreeWithOperators()
    {
        a.Add(b, alpha: 0.5).ToArray<float>().ShouldBe([2, 5, 10.5f]);
        a.Sub(b, alpha: 2).ToArray<float>().ShouldBe([-3, 0, 3]);
        a.Mul(b).ToArray<float>().ShouldBe([2, 8, 27]);
        a.Mul(3).ToArray<float>().ShouldBe([3, 12, 27]);
        a.Div(b).ToArray<float>().ShouldBe([0.5f, 2, 3]);
        a.Div(2).ToArray<float>().ShouldBe([0.5f, 2, 4.5f]);
        a.Pow(2).ToArray<float>().ShouldBe([1, 16, 81]);
        a.Pow(b).ToArray<float>().ShouldBe([1, 16, 729]);
    }

    [Fact]
    public void Functions_OfOneTensor_AgreeWithMath()
    {
        a.Sqrt().ToArray<float>().ShouldBe([1, 2, 3]);
        a.Exp().Log().AllClose(a).ShouldBeTrue();
        (-a).Abs().ToArray<float>().ShouldBe([1, 4, 9]);
        a.Exp().ToArray<float>()[1].ShouldBe(MathF.Exp(4), 1e-4f);
    }

    [Fact]
    public void Clamp_OneSideOpen_HoldsTheOther()
    {
        a.Clamp(min: 2).ToArray<float>().ShouldBe([2, 4, 9]);
        a.Clamp(max: 5).ToArray<float>().ShouldBe([1, 4, 5]);
        a.Clamp(2, 5).ToArray<float>().ShouldBe([2, 4, 5]);
    }

    [Fact]
    public void Comparisons_WithTensorOrNumber_GiveBool()
    {
        a.Eq(4).ToArray<bool>().ShouldBe([false, true, false]);
        a.Ne(4).ToArray<bool>().ShouldBe([true, false, true]);
        a.Lt(4).ToArray<bool>().ShouldBe([true, false, false]);
        a.Gt(3.5).ToArray<bool>().ShouldBe([false, true, true]);
        a.Eq(b).ToArray<bool>().ShouldBe([false, false, false]);
        a.Ne(b).ToArray<bool>().ShouldBe([true, true, true]);
        a.Lt(b).ToArray<bool>().ShouldBe([true, false, false]);
        a.Gt(b).ToArray<bool>().ShouldBe([false, true, true]);
    }

    [Fact]
    public void MaskedFillAndWhere_WithAMask_Choose()
    {
        var mask = a.Gt(3);

        a.MaskedFill(mask, -1).ToArray<float>().ShouldBe([1, -1, -1]);
        a.MaskedFill(mask, double.NegativeInfinity).ToArray<float>()[2].ShouldBe(float.NegativeInfinity);
        Tensor.Where(mask, a, b).ToArray<float>().ShouldBe([2, 4, 9]);
    }

    [Fact]
    public void WholeNumbers_OnIntegerTensors_StayIntegers()
    {
        var ids = Tensor.Arange(0, 3);

        (ids + 1).ToArray<long>().ShouldBe([1, 2, 3]);
        (ids * 2 - 1).ToArray<long>().ShouldBe([-1, 1, 3]);
        (ids + 0.5).DType.ShouldBe(DType.Float32);
        ids.Eq(1).ToArray<bool>().ShouldBe([false, true, false]);
        ids.Add(ids, alpha: 2).ToArray<long>().ShouldBe([0, 3, 6]);
        ids.MaskedFill(ids.Eq(2), -100).ToArray<long>().ShouldBe([0, 1, -100]);
    }
}
