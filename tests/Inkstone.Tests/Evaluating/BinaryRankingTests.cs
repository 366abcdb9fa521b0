using Inkstone.Evaluating;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class BinaryRankingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Curves_GoldenLogitsOfTwoClasses_MatchScikitLearn(int index)
    {
        var golden = MetricGolden.All[index];
        double[] scores = [.. golden.Logits.Select(row => Probabilities.Softmax(row)[1])];
        var ranking = new BinaryRanking(scores, [.. golden.Labels.Select(id => id == 1)]);

        var roc = ranking.RocCurve()!;
        var precisionRecall = ranking.PrecisionRecallCurve()!;

        roc.Select(point => point.FalsePositiveRate).ShouldBe(golden.RocCurve![0], 1e-9);
        roc.Select(point => point.TruePositiveRate).ShouldBe(golden.RocCurve[1], 1e-9);
        precisionRecall.Select(point => point.Precision).ShouldBe(golden.PrCurve![0], 1e-9);
        precisionRecall.Select(point => point.Recall).ShouldBe(golden.PrCurve[1], 1e-9);
    }

    [Fact]
    public void Curves_EqualScores_PassTheThresholdTogether()
    {
        var ranking = new BinaryRanking([0.9, 0.5, 0.5, 0.1], [true, true, false, false]);

        ranking.RocAuc().ShouldBe(0.875);
        ranking.AveragePrecision()!.Value.ShouldBe(5 / 6.0, 1e-12);
        ranking.RocCurve().ShouldBe([new(0, 0, double.PositiveInfinity), new(0, 0.5, 0.9), new(0.5, 1, 0.5), new(1, 1, 0.1)]);
        ranking.PrecisionRecallCurve().ShouldBe([new(0.5, 1, 0.1), new(2 / 3.0, 1, 0.5), new(1, 0.5, 0.9), new(1, 0, double.PositiveInfinity)]);
    }

    [Fact]
    public void Curves_WithoutRowsOfAKind_DoNotExist()
    {
        var onlyPositive = new BinaryRanking([0.1, 0.2], [true, true]);
        var onlyNegative = new BinaryRanking([0.1, 0.2], [false, false]);

        (onlyPositive.RocAuc(), onlyPositive.AveragePrecision()).ShouldBe((null, 1));
        onlyPositive.RocCurve().ShouldBeNull();
        (onlyNegative.RocAuc(), onlyNegative.AveragePrecision()).ShouldBe((null, null));
        onlyNegative.PrecisionRecallCurve().ShouldBeNull();
    }

    [Fact]
    public void Constructor_LengthsThatDiffer_AreRefused() =>
        Should.Throw<ArgumentException>(() => new BinaryRanking([0.1], [true, false])).Message.ShouldStartWith("There are 1 scores, but 2 rows.");
}
