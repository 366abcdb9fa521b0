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

    [Fact]
    public void Of_ManyClassesOfFewRows_HoldsTheNumberItself()
    {
        // Two rows each of 300 classes; a draw misses a seventh of the classes, which says nothing of the classifier.
        int[] labels = [.. Enumerable.Range(0, 600).Select(row => row / 2)];
        int[] predicted = [.. labels.Select((id, row) => row % 10 == 0 ? (id + 1) % 300 : id)];
        var macroF1 = Enumerable.Range(0, 300).Average(id => 2.0 * labels.Zip(predicted).Count(row => row.First == id && row.Second == id) / (labels.Count(label => label == id) + predicted.Count(label => label == id)));

        var interval = Bootstrap.Of(labels, predicted, 300).MacroF1!.Value;

        interval.Low.ShouldBeInRange(macroF1 - 0.08, macroF1 - 0.005);
        interval.High.ShouldBeInRange(macroF1, macroF1 + 0.06);   // barely: F1 of so few rows is itself lower in draws that repeat them
        Bootstrap.Of(labels, predicted, 600).MacroF1!.Value.High.ShouldBeLessThan(macroF1 / 2 + 0.06);   // 300 classes that occur nowhere count as 0
    }

    /// <summary>The example of Newcombe 1998 (56 of 70 against 48 of 80, method 10).</summary>
    [Fact]
    public void OfDifference_OfNewcombesExample_IsHisInterval()
    {
        var interval = Interval.OfDifference(56, 70, 48, 80);

        interval.Low.ShouldBe(0.0524, 0.0001);
        interval.High.ShouldBe(0.3339, 0.0001);
        Interval.OfDifference(90, 900, 1, 20).ExcludesZero.ShouldBeFalse();
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
