using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Evaluating.Errors;
using Inkstone.Text.Corpora;
using Inkstone.Torch.Serialization;

namespace Inkstone.Evaluating;

/// <summary>Writes an evaluation as files that a script, a spreadsheet and the report read.</summary>
public static class EvaluationFolder
{
    /// <summary>Pairs of classes of which <c>confusion-samples.csv</c> shows rows, and rows of each.</summary>
    private const int SampledPairs = 20, SamplesOfPair = 5;

    private const int MostAmbiguous = 100;

    private static readonly JsonSerializerOptions Readable = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// Writes <c>metrics.json</c> (<see cref="MetricsJson"/>), <c>curves.json</c> (ROC and precision-recall, one class against the rest),
    /// <c>calibration.json</c> (<see cref="Reliability"/>, before and after the temperature), and tables:
    /// <list type="bullet">
    /// <item><c>predictions.csv</c>: every row, with a column <c>probability_LABEL</c> for each label, and <c>seen</c> and <c>truncated</c> where they are known;</item>
    /// <item><c>errors.csv</c>: wrong rows, most confident first;</item>
    /// <item><c>confusion.csv</c>: a row a true label; <c>confusion-by-true.csv</c> and <c>confusion-by-predicted.csv</c>: as shares of its row or column;</item>
    /// <item><c>confusion-pairs.csv</c>: wrong pairs, most frequent first; <c>confusion-samples.csv</c>: rows of the first of them;</item>
    /// <item><c>suspects.csv</c>: labels that are probably wrong; <c>ambiguous.csv</c>: rows between two classes;</item>
    /// <item><c>marks.csv</c>: error rates of texts with a negation, a turn, …; <c>slices.csv</c>: accuracy by length, truncation, seen or not, what the ids begin with, and the data's own columns;</item>
    /// <item><c>chunks.csv</c>, of documents of several chunks: which of them speak most for the predicted class, and how many agree with it.</item>
    /// </list>
    /// Where rows have a second text, it stands in <c>text_pair</c>; the data's other columns follow under their names, in predictions and errors.
    /// Each file is replaced whole (<see cref="AtomicFile"/>); others in the folder stay.
    /// </summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="metrics">The numbers of these rows.</param>
    /// <param name="rows">The rows in the order of the data.</param>
    /// <param name="temperature">What the classifier's logits are to be divided by, where it was fitted.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Write(string folder, ClassificationMetrics metrics, IReadOnlyList<JudgedRow> rows, Temperature? temperature = null)
    {
        var labels = metrics.Labels;
        var withPairs = rows.Any(row => row.Row.TextPair is not null);
        Verdict[] verdicts = [.. rows.Select(row => new Verdict(row, labels, withPairs))];
        var table = new Tables(folder, labels, withPairs);

        AtomicFile.Write(Path.Combine(folder, "metrics.json"), stream => MetricsJson.Write(stream, metrics));
        AtomicFile.Write(Path.Combine(folder, "curves.json"), stream => CurvesJson.Write(stream, labels, verdicts));
        AtomicFile.Write(Path.Combine(folder, "calibration.json"), stream => JsonSerializer.Serialize(
            stream, new { Temperature = temperature, AsIs = Reliability.Of(rows), Calibrated = temperature is null ? null : Reliability.Of(rows, temperature) }, Readable));
        table.Predictions(verdicts);
        table.Confusion(new(metrics.Confusion));
        var pairs = ConfusionPairs.Of(metrics, rows, SamplesOfPair);
        table.Write("confusion-pairs.csv", ["true", "predicted", "count", "share_of_true"],
            pairs.Select(pair => new JsonNode?[] { labels[pair.LabelId], labels[pair.PredictedId], pair.Count, pair.ShareOfTrue }));
        table.Write("confusion-samples.csv", ["true", "predicted", "confidence", .. table.TextColumns],
            pairs.Take(SampledPairs).SelectMany(pair => pair.Samples.Select(row => (JsonNode?[])[labels[pair.LabelId], labels[pair.PredictedId], row.Confidence, .. table.TextOf(row)])));
        table.Write("suspects.csv", [.. table.TextColumns, "label", "suggested", "probability_of_label", "probability_of_suggested"],
            LabelSuspects.Find(rows, labels.Count).Select(suspect =>
                (JsonNode?[])[.. table.TextOf(suspect.Row), labels[suspect.Row.LabelId], labels[suspect.SuggestedId], suspect.OfLabel, suspect.OfSuggested]));
        table.Write("ambiguous.csv", [.. table.TextColumns, "label", "predicted", "second", "margin"],
            AmbiguousRows.Of(rows, MostAmbiguous).Select(row =>
                (JsonNode?[])[.. table.TextOf(row.Row), labels[row.Row.LabelId], labels[row.Row.Predicted], labels[row.SecondId], row.Margin]));
        table.Write("marks.csv", ["mark", "rows", "errors", "error_rate", "low", "high", "error_rate_without", "base_error_rate"],
            MarkedErrors.Measure(rows).Select(mark => new JsonNode?[]
            {
                mark.Mark, mark.Rows, mark.Errors, mark.ErrorRate, mark.ErrorRateInterval?.Low, mark.ErrorRateInterval?.High, mark.ErrorRateWithout, mark.BaseErrorRate,
            }));
        var contributions = ChunkContributions.Measure(rows);
        if (contributions.Count > 0 || File.Exists(Path.Combine(folder, "chunks.csv")))   // that of an earlier evaluation must not stay
        {
            table.Write("chunks.csv", ["place", "documents", "chunks", "agreeing", "strongest", "strongest_by_chance"],
                contributions.Select(of => new JsonNode?[] { of.Place, of.Documents, of.Chunks, of.Agreeing, of.Strongest, of.ByChance }));
        }

        table.Write("slices.csv", ["by", "value", "rows", "errors", "accuracy", "low", "high", "f1_macro"],
            Slices.Of(rows).Select(slice => new JsonNode?[]
            {
                slice.By, slice.Value, slice.Rows, slice.Errors, slice.Accuracy, slice.AccuracyInterval.Low, slice.AccuracyInterval.High, slice.MacroF1,
            }));
    }

    /// <summary>The tables of one evaluation.</summary>
    private sealed class Tables(string folder, IReadOnlyList<string> labels, bool withPairs)
    {
        public string[] TextColumns { get; } = withPairs ? ["id", "text", "text_pair"] : ["id", "text"];

        public JsonNode?[] TextOf(JudgedRow row) => Verdict.TextOf(row, withPairs);

        public void Predictions(Verdict[] verdicts)
        {
            string[] columns = [.. TextColumns, "label", "predicted", "confidence"];
            string[] probabilities = [.. labels.Select(label => $"probability_{label}")];
            (string Name, Func<JudgedRow, bool?> Of)[] known = [.. new (string, Func<JudgedRow, bool?>)[] { ("seen", row => row.Seen), ("truncated", row => row.Truncated) }
                .Where(column => verdicts.Any(verdict => column.Item2(verdict.Judged) is not null))];
            string[] ours = [.. columns, .. probabilities, .. known.Select(column => column.Name)];
            string[] others = [.. verdicts.SelectMany(verdict => verdict.Judged.Row.Metadata).Select(column => column.Key).Distinct().Except(ours)];

            Write("predictions.csv", [.. ours, .. others], verdicts.Select(verdict => verdict.Cells
                .Concat(verdict.Probabilities.Select(probability => (JsonNode?)probability))
                .Concat(known.Select(column => (JsonNode?)column.Of(verdict.Judged)))
                .Concat(verdict.Others(others))));
            Write("errors.csv", [.. columns, .. others],
                verdicts.Where(verdict => verdict.IsWrong).OrderByDescending(verdict => verdict.Confidence).Select(verdict => verdict.Cells.Concat(verdict.Others(others))));
        }

        public void Confusion(ConfusionMatrix confusion)
        {
            Matrix("confusion.csv", (id, predicted) => confusion.Counts[id, predicted]);
            var (byTrue, byPredicted) = (confusion.ByActual(), confusion.ByPredicted());
            Matrix("confusion-by-true.csv", (id, predicted) => byTrue[id, predicted]);
            Matrix("confusion-by-predicted.csv", (id, predicted) => byPredicted[id, predicted]);
        }

        public void Write(string name, IReadOnlyList<string> columns, IEnumerable<IEnumerable<JsonNode?>> rows) => AtomicFile.Write(Path.Combine(folder, name), stream =>
        {
            using var writer = RowWriter.Create(stream, name, columns);
            foreach (var cells in rows)
            {
                writer.Write(columns.Zip(cells, KeyValuePair.Create));
            }
        });

        private void Matrix(string name, Func<int, int, JsonNode?> cell) => Write(name, ["true\\predicted", .. labels],
            labels.Select((label, id) => labels.Select((_, predicted) => cell(id, predicted)).Prepend(label)));
    }
}
