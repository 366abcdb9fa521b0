using Inkstone.Evaluating;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class MetricSpreadTests
{
    [Fact]
    public void Of_Numbers_IsTheirMeanAndTheSamplesDeviation()
    {
        var spread = MetricSpread.Of(new double?[] { 0.8, 0.9, 0.7 });

        spread.Mean!.Value.ShouldBe(0.8, 1e-12);
        spread.Sd!.Value.ShouldBe(0.1, 1e-12);   // √((0.01 + 0.01) / 2)
    }

    [Fact]
    public void Of_ValuesThatDoNotExist_LeavesThemOut()
    {
        var spread = MetricSpread.Of(new double?[] { 0.8, null, 0.6 });

        spread.Mean!.Value.ShouldBe(0.7, 1e-12);
        spread.Values.ShouldBe([0.8, null, 0.6]);
        MetricSpread.Of(new double?[] { null }).Mean.ShouldBeNull();
        MetricSpread.Of(new double?[] { 0.5 }).Sd.ShouldBeNull();
    }

    [Fact]
    public void Of_Runs_HasEveryMetric()
    {
        var right = ClassificationMetrics.Compute([0, 1], [[1.0, 0], [0.0, 1]], ["neg", "pos"]);
        var half = ClassificationMetrics.Compute([0, 1], [[1.0, 0], [1.0, 0]], ["neg", "pos"]);

        var spreads = MetricSpread.Of([right, half]);

        spreads.Keys.ShouldBe(MetricName.All, ignoreOrder: true);
        spreads["accuracy"].Mean!.Value.ShouldBe(0.75, 1e-12);
        spreads["accuracy"].Sd!.Value.ShouldBe(Math.Sqrt(0.125), 1e-12);
    }
}
