using System.Text.Json.Nodes;
using Inkstone.Evaluating;

namespace Inkstone.Reporting.Html;

/// <summary>ROC and precision-recall curves of the classes, with no more points than an eye can tell apart.</summary>
internal static class RankingCurves
{
    private const int MostClasses = 12;
    private const double Nearest = 1 / 160.0;

    /// <summary>The curves of each class against the rest; of more classes than are legible, those with most rows. Of two classes, one says all.</summary>
    public static JsonArray Of(IReadOnlyList<PredictedRow> rows, int classes)
    {
        var support = new int[classes];
        foreach (var row in rows)
        {
            support[row.LabelId]++;
        }

        IEnumerable<int> shown = classes == 2 ? [1] : Enumerable.Range(0, classes).OrderByDescending(id => support[id]).Take(MostClasses).Order();
        return [.. shown.Select(id => Curves(rows, id))];
    }

    private static JsonObject Curves(IReadOnlyList<PredictedRow> rows, int id)
    {
        var ranking = new BinaryRanking([.. rows.Select(row => row.Probabilities[id])], [.. rows.Select(row => row.LabelId == id)]);
        return new JsonObject
        {
            ["label"] = id,
            ["base_rate"] = (double)ranking.Positives / rows.Count,
            ["roc_auc"] = ranking.RocAuc(),
            ["pr_auc"] = ranking.AveragePrecision(),
            ["roc"] = Points(ranking.RocCurve()?.Select(point => (point.FalsePositiveRate, point.TruePositiveRate, point.Threshold))),
            ["pr"] = Points(ranking.PrecisionRecallCurve()?.Select(point => (point.Recall, point.Precision, point.Threshold))),
        };
    }

    /// <summary>Points at least a pixel or two apart, the first and the last among them; the threshold is null where nothing passes.</summary>
    private static JsonArray? Points(IEnumerable<(double X, double Y, double Threshold)>? points)
    {
        if (points is null)
        {
            return null;
        }

        var all = points.ToList();
        var kept = new JsonArray();
        var last = (X: double.NegativeInfinity, Y: double.NegativeInfinity);
        foreach (var (index, (x, y, threshold)) in all.Index())
        {
            if (index == all.Count - 1 || Math.Abs(x - last.X) + Math.Abs(y - last.Y) >= Nearest)
            {
                kept.Add(new JsonArray(Math.Round(x, 5), Math.Round(y, 5), double.IsFinite(threshold) ? Math.Round(threshold, 5) : null));
                last = (x, y);
            }
        }

        return kept;
    }
}
