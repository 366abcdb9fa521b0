using Inkstone.Torch.Nn;
using Inkstone.Torch.Optim;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Optim;

/// <summary>Dynamic loss scaling, with infinities put into the gradients by hand: the logic is the same on every device.</summary>
public sealed class GradScalerTests : IDisposable
{
    private readonly TensorScope scope = TensorScope.New();
    private readonly List<AdamW> optimizers = [];

    public void Dispose()
    {
        optimizers.ForEach(optimizer => optimizer.Dispose());
        scope.Dispose();
    }

    [Fact]
    public void New_HasTheNumbersOfTorch() => new GradScaler().State.ShouldBe(new GradScalerState(65536, 0, 0));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ClipAndStep_ScaledGradients_StepsBitForBitAsUnscaledOnesAndGivesTheirNorm(bool fused)
    {
        var (scaler, plain, scaled) = (new GradScaler(), Some(fused), Some(fused));
        for (var step = 1; step <= 3; step++)
        {
            SetGradient(plain.Weight, 3f / step, -4, 0.1f);
            SetGradient(scaled.Weight, 3f / step * 65536, -4 * 65536, 0.1f * 65536);

            scaler.ClipAndStep(scaled.Optimizer, 1).ShouldBe(plain.Optimizer.ClipAndStep(1), tolerance: 1e-6);
        }

        scaled.Weight.ToFloats().ShouldBe(plain.Weight.ToFloats());
        scaled.Optimizer.State["weight"].ExpAvg.ToFloats().ShouldBe(plain.Optimizer.State["weight"].ExpAvg.ToFloats());
        scaler.State.ShouldBe(new GradScalerState(65536, 3, 0));
    }

    [Theory]
    [InlineData(float.PositiveInfinity, true)]
    [InlineData(float.NegativeInfinity, false)]
    [InlineData(float.NaN, true)]
    [InlineData(float.NaN, false)]
    public void ClipAndStep_GradientThatOverflowed_ChangesNoBitAndHalvesTheScale(float poison, bool fused)
    {
        var (scaler, some) = (new GradScaler(), Some(fused));
        SetGradient(some.Weight, 1, 2, 3);
        scaler.ClipAndStep(some.Optimizer, 1);
        var state = some.Optimizer.State["weight"];
        var before = (some.Weight.ToFloats(), state.ExpAvg.ToFloats(), state.ExpAvgSq.ToFloats(), state.Step);
        SetGradient(some.Weight, 1, poison, 3);

        double.IsFinite(scaler.ClipAndStep(some.Optimizer, 1)).ShouldBeFalse();

        some.Weight.ToFloats().ShouldBe(before.Item1);
        state.ExpAvg.ToFloats().ShouldBe(before.Item2);
        state.ExpAvgSq.ToFloats().ShouldBe(before.Item3);
        state.Step.ShouldBe(before.Step);
        scaler.State.ShouldBe(new GradScalerState(32768, 0, 1));
    }

    [Fact]
    public void ClipAndStep_FirstStepOverflows_LeavesTheOptimizerWithoutState()
    {
        var (scaler, some) = (new GradScaler(), Some());
        SetGradient(some.Weight, float.PositiveInfinity, 0, 0);

        scaler.ClipAndStep(some.Optimizer, 1);

        some.Optimizer.State.ShouldBeEmpty();
    }

    [Fact]
    public void ClipAndStep_GoodStepsInARow_DoubleTheScale_AndASkipStartsTheCountAnew()
    {
        var (scaler, some) = (new GradScaler(scale: 8, growthInterval: 3), Some());

        double[] scales = [.. "gggggsggsggg".Select(kind =>
        {
            SetGradient(some.Weight, kind == 'g' ? 1 : float.NaN, 1, 1);
            scaler.ClipAndStep(some.Optimizer, 0);
            return scaler.Scale;
        })];

        scales.ShouldBe([8, 8, 16, 16, 16, 8, 8, 8, 4, 4, 4, 8]);
        scaler.SkippedSteps.ShouldBe(2);
        some.Optimizer.State["weight"].Step.ShouldBe(10);
    }

    [Fact]
    public void IsExhausted_AfterALongRowOfSkips()
    {
        var (scaler, some) = (new GradScaler(), Some());
        for (var skip = 1; skip <= 30; skip++)
        {
            scaler.IsExhausted.ShouldBeFalse($"after {skip - 1}");
            SetGradient(some.Weight, float.NaN, 0, 0);
            scaler.ClipAndStep(some.Optimizer, 1);
        }

        scaler.IsExhausted.ShouldBeTrue();
    }

    [Fact]
    public void State_GivenToAnother_GoesOnAsTheFirstWould()
    {
        var (first, some) = (new GradScaler(scale: 8, growthInterval: 3), Some());
        SetGradient(some.Weight, 1, 1, 1);
        first.ClipAndStep(some.Optimizer, 1);
        first.ClipAndStep(some.Optimizer, 1);

        var second = new GradScaler(growthInterval: 3) { State = first.State };
        second.ClipAndStep(some.Optimizer, 1);

        second.State.ShouldBe(new GradScalerState(16, 0, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => second.State = new(0, 0, 0)).Message.ShouldStartWith("value must be above 0 (scale), but is 0.");
        Should.Throw<ArgumentOutOfRangeException>(() => second.State = new(1, -1, 0));
    }

    [Fact]
    public void ScaleLoss_Backward_MultipliesEveryGradient()
    {
        var weight = Tensor.From<float>([1, 2, 3], 3);
        weight.RequiresGrad = true;

        new GradScaler(scale: 1024).ScaleLoss((weight * weight).Sum()).Backward();

        weight.Grad!.ToFloats().ShouldBe([2048, 4096, 6144]);
    }

    [Fact]
    public void ClipAndStep_FactorThatIsNone_IsRefused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Some().Optimizer.ClipAndStep(1, unscale: 0)).Message.ShouldStartWith("unscale must be above 0, but is 0.");

    private (AdamW Optimizer, Tensor Weight) Some(bool fused = true)
    {
        var weight = Tensor.From<float>([0.5f, -1, 2], 3);
        weight.RequiresGrad = true;
        var optimizer = new AdamW(
            [new ParameterGroup("all", [new NamedParameter("weight", weight)], 1e-2, 0.01)], 0.9, 0.999, 1e-8, fused ? new FusedAdamW() : new ForeachAdamW());
        optimizers.Add(optimizer);
        return (optimizer, weight);
    }

    private static void SetGradient(Tensor weight, params float[] values) => weight.Grad = Tensor.From<float>(values, values.Length);
}
