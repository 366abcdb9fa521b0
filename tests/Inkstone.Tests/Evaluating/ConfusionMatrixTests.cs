using Inkstone.Evaluating;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class ConfusionMatrixTests
{
    [Theory]
    [MemberData(nameof(MetricGolden.Cases), MemberType = typeof(MetricGolden))]
    public void Confusion_GoldenLogits_MatchesScikitLearnRawByRowAndByColumn(int index)
    {
        var golden = MetricGolden.All[index];
        string[] names = [.. Enumerable.Range(0, golden.Classes).Select(id => $"{id}")];

        var matrix = new ConfusionMatrix(ClassificationMetrics.Compute(golden.Labels, golden.Logits, names).Confusion);

        matrix.Counts.Cast<int>().ShouldBe(golden.Confusion.SelectMany(row => row));
        matrix.ByActual().Cast<double>().ShouldBe(golden.ConfusionRow.SelectMany(row => row), 1e-9);
        matrix.ByPredicted().Cast<double>().ShouldBe(golden.ConfusionColumn.SelectMany(row => row), 1e-9);
    }

    [Fact]
    public void Totals_SmallMatrix_CountRowsAndColumns()
    {
        var matrix = new ConfusionMatrix(new[,] { { 5, 2 }, { 0, 1 } });

        (matrix.Total, matrix.Correct, matrix.Actual(0), matrix.Predicted(0), matrix.Predicted(1)).ShouldBe((8, 6, 7, 5, 3));
    }
}
