using System.Text.Json.Nodes;
using Inkstone.Evaluating;

namespace Inkstone.Reporting.Html;

/// <summary>Whether confidences mean what they say, and what is gained where the least confident rows are left to people.</summary>
internal static class ConfidenceTables
{
    private const int CoveragePoints = 100;

    /// <summary>The bins of confidence that hold rows: where each lies, how many rows it has, their mean confidence and their accuracy.</summary>
    public static JsonArray Reliability(IReadOnlyList<PredictedRow> rows) =>
    [
        .. rows.GroupBy(row => Math.Max(0, (int)Math.Ceiling(row.Confidence * Calibration.Bins) - 1)).OrderBy(bin => bin.Key).Select(bin => new JsonObject
        {
            ["from"] = (double)bin.Key / Calibration.Bins,
            ["to"] = (bin.Key + 1.0) / Calibration.Bins,
            ["rows"] = bin.Count(),
            ["confidence"] = bin.Average(row => row.Confidence),
            ["accuracy"] = bin.Average(row => row.IsWrong ? 0.0 : 1.0),
        }),
    ];

    /// <summary>Coverage, accuracy of the rows that are covered, and the least confidence among them, from few rows to all.</summary>
    public static JsonArray Coverage(IReadOnlyList<PredictedRow> rows)
    {
        var points = new JsonArray();
        var (right, step) = (0, Math.Max(1, rows.Count / CoveragePoints));
        foreach (var (index, row) in rows.OrderByDescending(row => row.Confidence).Index())
        {
            right += row.IsWrong ? 0 : 1;
            if ((index + 1) % step == 0 || index == rows.Count - 1)
            {
                points.Add(new JsonArray((index + 1.0) / rows.Count, (double)right / (index + 1), Math.Round(row.Confidence, 5)));
            }
        }

        return points;
    }
}
