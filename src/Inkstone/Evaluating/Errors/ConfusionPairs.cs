namespace Inkstone.Evaluating.Errors;

/// <summary>A class that is taken for another.</summary>
/// <param name="LabelId">The true class.</param>
/// <param name="PredictedId">What it is taken for.</param>
/// <param name="Count">How often.</param>
/// <param name="ShareOfTrue">Of the rows of the true class.</param>
/// <param name="Samples">The most confident of them.</param>
public sealed record ConfusionPair(int LabelId, int PredictedId, int Count, double ShareOfTrue, IReadOnlyList<JudgedRow> Samples);

/// <summary>Which classes are taken for which others, the most frequent pair first.</summary>
public static class ConfusionPairs
{
    /// <summary>Every pair that occurs.</summary>
    /// <param name="metrics">The numbers of the rows.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="samples">How many rows to show of each pair.</param>
    public static IReadOnlyList<ConfusionPair> Of(ClassificationMetrics metrics, IReadOnlyList<JudgedRow> rows, int samples)
    {
        var wrong = rows.Where(row => row.Predicted != row.LabelId).ToLookup(row => (row.LabelId, row.Predicted));
        return [.. wrong
            .OrderByDescending(pair => pair.Count()).ThenBy(pair => pair.Key.LabelId).ThenBy(pair => pair.Key.Predicted)
            .Select(pair => new ConfusionPair(
                pair.Key.LabelId, pair.Key.Predicted, pair.Count(), (double)pair.Count() / metrics.PerClass[pair.Key.LabelId].Support,
                [.. pair.OrderByDescending(row => row.Confidence).Take(samples)]))];
    }
}
