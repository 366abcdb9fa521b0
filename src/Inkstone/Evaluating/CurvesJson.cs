using System.Text.Encodings.Web;
using System.Text.Json;

namespace Inkstone.Evaluating;

/// <summary>
/// Writes <c>curves.json</c>: <c>{"roc": {label: [[false positive rate, true positive rate], …]}, "precision_recall": {label: [[recall, precision], …]}}</c>, one class
/// against the rest. A curve has at most some 200 points, evenly taken; a class whose curve does not exist is left out, and beyond 50 classes the smaller ones are.
/// </summary>
internal static class CurvesJson
{
    private const int MostPoints = 200;
    private const int MostClasses = 50;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Stream stream, IReadOnlyList<string> labels, IReadOnlyList<Verdict> verdicts)
    {
        var roc = new Dictionary<string, double[][]>(StringComparer.Ordinal);
        var precisionRecall = new Dictionary<string, double[][]>(StringComparer.Ordinal);
        var support = verdicts.CountBy(verdict => verdict.Judged.LabelId).ToDictionary();
        foreach (var id in Enumerable.Range(0, labels.Count).OrderByDescending(id => support.GetValueOrDefault(id)).Take(MostClasses).Order())
        {
            var ranking = new BinaryRanking([.. verdicts.Select(verdict => verdict.Probabilities[id])], [.. verdicts.Select(verdict => verdict.Judged.LabelId == id)]);
            if (ranking.RocCurve() is { } rocCurve)
            {
                roc[labels[id]] = Thinned(rocCurve, point => [point.FalsePositiveRate, point.TruePositiveRate]);
            }

            if (ranking.PrecisionRecallCurve() is { } curve)
            {
                precisionRecall[labels[id]] = Thinned(curve, point => [point.Recall, point.Precision]);
            }
        }

        JsonSerializer.Serialize(stream, new Dictionary<string, object> { ["roc"] = roc, ["precision_recall"] = precisionRecall }, Plain);
    }

    private static double[][] Thinned<T>(IReadOnlyList<T> points, Func<T, double[]> form)
    {
        if (points.Count <= MostPoints)
        {
            return [.. points.Select(form)];
        }

        return [.. Enumerable.Range(0, MostPoints).Select(index => form(points[(int)((long)index * (points.Count - 1) / (MostPoints - 1))]))];
    }
}
