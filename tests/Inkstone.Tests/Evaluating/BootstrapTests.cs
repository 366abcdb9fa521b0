using Inkstone.Evaluating;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class BootstrapTests
{
    [Fact]
    public void Of_FourFifthsRight_IsWhatTheBinomialDistributionSays()
    {
        // 400 rows, 80 % right: the standard error is 2 points.
        int[] labels = [.. Enumerable.Range(0, 400).Select(row => row % 2)];
        int[] predicted = [.. labels.Select((id, row) => row % 5 == 0 ? 1 - id : id)];

        var intervals = Bootstrap.Of(labels, predicted, 2);

        intervals.Accuracy!.Value.Low.ShouldBe(0.8 - (1.96 * 0.02), 0.005);
        intervals.Accuracy!.Value.High.ShouldBe(0.8 + (1.96 * 0.02), 0.005);
        intervals.MacroF1!.Value.Low.ShouldBe(0.8 - (1.96 * 0.02), 0.005);
        intervals.Undefined.ShouldBeNull();
        Bootstrap.Of(labels, predicted, 2).ShouldBe(intervals);
    }

    [Theory]
    [InlineData(new int[0], new int[0], "there are no rows")]
    [InlineData(new[] { 1 }, new[] { 1 }, "one row cannot vary")]
    [InlineData(new[] { 1, 0 }, new[] { 1, 0 }, "every row is right, and resampling cannot say how often others would be wrong")]
    [InlineData(new[] { 1, 0 }, new[] { 0, 1 }, "every row is wrong, and resampling cannot say how often others would be right")]
    public void Of_RowsThatSayNothing_IsNullAndSaysWhy(int[] labels, int[] predicted, string reason) =>
        Bootstrap.Of(labels, predicted, 2).ShouldBe(new HeadlineIntervals(null, null, reason));

    [Fact]
    public void OfShare_NoneOrAll_StaysInsideAndHasWidth()
    {
        Interval.OfShare(0, 10).Low.ShouldBe(0);
        Interval.OfShare(0, 10).High.ShouldBe(0.2775, 0.0001);   // statsmodels' proportion_confint(0, 10, method="wilson")
        Interval.OfShare(10, 10).Low.ShouldBe(0.7225, 0.0001);
        Interval.OfShare(27, 84).Low.ShouldBe(0.2312, 0.0001);
    }
}
