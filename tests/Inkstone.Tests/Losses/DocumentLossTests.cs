using Inkstone.Losses;
using Inkstone.Recipes;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Losses;

/// <summary>Each loss against the formula, in double precision, written out here.</summary>
public sealed class DocumentLossTests
{
    private static readonly int[] Counts = [10, 30, 60];
    private static readonly double[][] Logits = [[1.5, -0.5, 0.25], [-2, 0.125, 3], [0.5, 0.5, 0.5], [4, -1, -3]];
    private static readonly int[] Labels = [0, 1, 2, 1];

    [Fact]
    public void Sum_CrossEntropy_IsMinusTheLogProbabilityOfTheLabel() =>
        MeanOf(new LossOptions()).ShouldBe(Rows((z, y) => -LogSoftmax(z)[y]).Average(), 1e-6);

    [Fact]
    public void Sum_Smoothing_SpreadsAShareOverAllClasses() =>
        MeanOf(new LossOptions { LabelSmoothing = 0.2 }).ShouldBe(Rows((z, y) => (-0.8 * LogSoftmax(z)[y]) - (0.2 * LogSoftmax(z).Average())).Average(), 1e-6);

    [Fact]
    public void Sum_GivenWeights_DividesByTheWeightsOfTheRows()
    {
        double[] weights = [2, 0.5, 1];

        MeanOf(new LossOptions { ClassWeights = ClassWeights.Given(weights) }).ShouldBe(
            Rows((z, y) => -weights[y] * LogSoftmax(z)[y]).Sum() / Labels.Sum(y => weights[y]), 1e-6);
    }

    [Fact]
    public void Sum_WeightsAndSmoothing_IsTorchsMean()
    {
        double[] weights = [2, 0.5, 1];
        var options = new LossOptions { ClassWeights = ClassWeights.Given(weights), LabelSmoothing = 0.1 };
        using var scope = TensorScope.New();
        var torch = LogitsTensor().CrossEntropy(LabelsTensor(), Tensor.From<float>([2, 0.5f, 1], 3), Reduction.Mean, 0.1).ToDouble();

        MeanOf(options).ShouldBe(torch, 1e-6);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(2.0)]
    public void Sum_Focal_WeighsByDoubt(double gamma) =>
        MeanOf(new LossOptions { Name = LossName.Focal, Gamma = gamma }).ShouldBe(Rows((z, y) => Focal(z, y, gamma)).Average(), 1e-6);

    [Fact]
    public void Sum_FocalWithWeights_DividesByTheWeightsOfTheRows()
    {
        double[] weights = [2, 0.5, 1];
        var options = new LossOptions { Name = LossName.Focal, Gamma = 2, ClassWeights = ClassWeights.Given(weights) };

        MeanOf(options).ShouldBe(Rows((z, y) => weights[y] * Focal(z, y, 2)).Sum() / Labels.Sum(y => weights[y]), 1e-6);
    }

    /// <summary>Where float32 rounds p to 1, 0^γ has an infinite slope for γ below 1: the gradient was NaN.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(2.0)]
    public void Sum_FocalOfACertainRow_HasAFiniteGradient(double gamma)
    {
        using var loss = new DocumentLoss(new LossOptions { Name = LossName.Focal, Gamma = gamma }, Counts, Device.Cpu);
        using var scope = TensorScope.New();
        var logits = Tensor.From<float>([60, 0, 0], 1, 3);
        logits.RequiresGrad = true;

        loss.Sum(logits, Tensor.From<long>([0], 1)).Backward();

        logits.Grad!.ToFloats().ShouldAllBe(slope => Math.Abs(slope) < 1e-6);
    }

    [Fact]
    public void Sum_LogitAdjusted_AddsTauTimesTheLogPrior() =>
        MeanOf(new LossOptions { Name = LossName.LogitAdjusted, Tau = 1.5 }).ShouldBe(
            Rows((z, y) => -LogSoftmax([.. z.Zip(Counts, (logit, count) => logit + (1.5 * Math.Log(count / 100.0)))])[y]).Average(), 1e-6);

    [Fact]
    public void Sum_Balanced_WeighsByInverseFrequency()
    {
        double[] weights = [100 / 30.0, 100 / 90.0, 100 / 180.0];

        MeanOf(new LossOptions { ClassWeights = ClassWeights.Balanced }).ShouldBe(Rows((z, y) => -weights[y] * LogSoftmax(z)[y]).Sum() / Labels.Sum(y => weights[y]), 1e-6);
    }

    /// <summary>label_names may name a class that no training row has; with infinite weights or priors every loss was NaN.</summary>
    [Theory]
    [InlineData("balanced", "cross_entropy", 0.0)]
    [InlineData("balanced", "cross_entropy", 0.1)]
    [InlineData("effective", "cross_entropy", 0.0)]
    [InlineData("effective", "focal", 0.1)]
    [InlineData("none", "logit_adjusted", 0.0)]
    [InlineData("none", "logit_adjusted", 0.1)]
    public void Sum_ClassWithoutRows_IsFiniteWithItsGradient(string weighting, string name, double smoothing)
    {
        var options = new LossOptions
        {
            Name = Enum.Parse<LossName>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
            ClassWeights = weighting switch { "balanced" => ClassWeights.Balanced, "effective" => ClassWeights.Effective, _ => ClassWeights.None },
            LabelSmoothing = smoothing,
        };
        using var loss = new DocumentLoss(options, [5, 0, 9], Device.Cpu);
        using var scope = TensorScope.New();
        var logits = LogitsTensor();
        logits.RequiresGrad = true;

        var sum = loss.Sum(logits, Tensor.From<long>([0, 2, 2, 0], 4));
        sum.Backward();

        sum.ToDouble().ShouldBeInRange(0.01, 100);
        logits.Grad!.ToFloats().ShouldAllBe(slope => float.IsFinite(slope));
        loss.WeightOf([0, 2, 2, 0]).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void WeightOf_WithAndWithoutWeights_CountsRowsOrAddsWeights()
    {
        using var plain = new DocumentLoss(new LossOptions(), Counts, Device.Cpu);
        using var weighted = new DocumentLoss(new LossOptions { ClassWeights = ClassWeights.Given([2, 0.5, 0]) }, Counts, Device.Cpu);

        plain.WeightOf(Labels).ShouldBe(4);
        weighted.WeightOf(Labels).ShouldBe(3);
        weighted.WeightOf([2, 2]).ShouldBe(0);
    }

    private static double MeanOf(LossOptions options)
    {
        using var loss = new DocumentLoss(options, Counts, Device.Cpu);
        using var scope = TensorScope.New();
        return loss.Sum(LogitsTensor(), LabelsTensor()).ToDouble() / loss.WeightOf(Labels);
    }

    private static Tensor LogitsTensor() => Tensor.From<float>([.. Logits.SelectMany(row => row).Select(logit => (float)logit)], 4, 3);

    private static Tensor LabelsTensor() => Tensor.From<long>([.. Labels.Select(label => (long)label)], 4);

    private static IEnumerable<double> Rows(Func<double[], int, double> loss) => Logits.Zip(Labels, loss);

    private static double Focal(double[] z, int y, double gamma) => -Math.Pow(1 - Math.Exp(LogSoftmax(z)[y]), gamma) * LogSoftmax(z)[y];

    private static double[] LogSoftmax(double[] z)
    {
        var logSum = Math.Log(z.Sum(Math.Exp));
        return Array.ConvertAll(z, logit => logit - logSum);
    }
}
