using Inkstone.Evaluating;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class PairedDifferenceTests
{
    private static readonly int[] Labels = [0, 0, 1, 1, 2, 2, 0, 1];
    private static readonly int[] First = [0, 1, 1, 0, 2, 0, 0, 1];
    private static readonly int[] Second = [0, 0, 1, 1, 2, 0, 1, 1];

    /// <summary>Of a mean, the jackknife is sd / √n in closed form.</summary>
    [Fact]
    public void Of_Accuracy_HasTheStandardErrorOfAMean()
    {
        var (accuracy, _) = PairedDifference.Of(Rows(First), 3);

        double[] right = [.. Labels.Zip(First, (label, predicted) => label == predicted ? 1.0 : 0)];
        accuracy.Value.ShouldBe(right.Average(), 1e-12);
        accuracy.StandardError!.Value.ShouldBe(StandardErrorOf(right), 1e-12);
    }

    [Fact]
    public void Between_Accuracy_PairsTheRows()
    {
        var (accuracy, _) = PairedDifference.Between(Rows(First), Rows(Second), 3);

        double[] gains = [.. Labels.Select((label, row) => (Second[row] == label ? 1.0 : 0) - (First[row] == label ? 1.0 : 0))];
        accuracy.Value.ShouldBe(gains.Average(), 1e-12);
        accuracy.StandardError!.Value.ShouldBe(StandardErrorOf(gains), 1e-12);
    }

    [Fact]
    public void Between_MacroF1_IsTheDifferenceOfTheMetrics()
    {
        var (_, macroF1) = PairedDifference.Between(Rows(First), Rows(Second), 3);

        macroF1.Value.ShouldBe(MacroF1Of(Second) - MacroF1Of(First), 1e-12);
        double[] without = [.. Enumerable.Range(0, Labels.Length).Select(left => MacroF1Of(Second, left) - MacroF1Of(First, left))];
        macroF1.StandardError!.Value.ShouldBe(Math.Sqrt((Labels.Length - 1.0) / Labels.Length * without.Sum(value => (value - without.Average()) * (value - without.Average()))), 1e-12);
    }

    [Fact]
    public void Between_TheSamePredictions_IsNothingWithoutDoubt()
    {
        var (accuracy, macroF1) = PairedDifference.Between(Rows(First), Rows(First), 3);

        accuracy.ShouldBe(new Estimate(0, 0));
        macroF1.ShouldBe(new Estimate(0, 0));
    }

    [Fact]
    public void Between_OtherRows_IsRefused() =>
        Should.Throw<ArgumentException>(() => PairedDifference.Between(Rows(First), [.. Rows(Second).Take(7)], 3));

    private static double MacroF1Of(int[] predicted, int? leftOut = null)
    {
        JudgedRow[] rows = [.. Rows(predicted).Where((_, row) => row != leftOut)];
        return ClassificationMetrics.Compute([.. rows.Select(row => row.LabelId)], [.. rows.Select(row => row.Logits)], ["a", "b", "c"]).MacroF1!.Value;
    }

    private static JudgedRow[] Rows(int[] predicted) =>
    [
        .. Labels.Select((label, row) => new JudgedRow(
            new Row { Text = "x", File = "rows.csv", Line = row + 2 }, label, [.. Enumerable.Range(0, 3).Select(id => id == predicted[row] ? 1.0 : 0)])),
    ];

    private static double StandardErrorOf(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
    }
}
