using System.Text.Json.Nodes;
using Inkstone.Text.Corpora;
using Inkstone.Torch.Serialization;

namespace Inkstone.Evaluating;

/// <summary>Writes an evaluation as files that a script, a spreadsheet and the report read.</summary>
public static class EvaluationFolder
{
    /// <summary>
    /// Writes <c>metrics.json</c> (<see cref="MetricsJson"/>), <c>predictions.csv</c> (every row, with a column
    /// <c>probability_LABEL</c> for each label), <c>confusion.csv</c> (a row a true label), <c>confusion-pairs.csv</c> (wrong
    /// pairs, most frequent first) and <c>errors.csv</c> (wrong rows, most confident first). Where rows have a second text, it
    /// stands in <c>text_pair</c>; the data's other columns follow under their names, in predictions and errors. Each file is replaced whole (<see cref="AtomicFile"/>); others in the folder stay.
    /// </summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="metrics">The numbers of these rows.</param>
    /// <param name="rows">The rows in the order of the data.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Write(string folder, ClassificationMetrics metrics, IReadOnlyList<JudgedRow> rows)
    {
        var labels = metrics.Labels;
        var withPairs = rows.Any(row => row.Row.TextPair is not null);
        Verdict[] verdicts = [.. rows.Select(row => new Verdict(row, labels, withPairs))];
        string[] columns = ["id", "text", .. withPairs ? ["text_pair"] : Array.Empty<string>(), "label", "predicted", "confidence"];

        string[] probabilities = [.. labels.Select(label => $"probability_{label}")];
        string[] others = [.. rows.SelectMany(row => row.Row.Metadata).Select(column => column.Key).Distinct().Except([.. columns, .. probabilities])];

        AtomicFile.Write(Path.Combine(folder, "metrics.json"), stream => MetricsJson.Write(stream, metrics));
        WriteTable(folder, "predictions.csv", [.. columns, .. probabilities, .. others],
            verdicts.Select(verdict => verdict.Cells.Concat(verdict.Probabilities.Select(Cell)).Concat(verdict.Others(others))));
        WriteTable(folder, "errors.csv", [.. columns, .. others],
            verdicts.Where(verdict => verdict.IsWrong).OrderByDescending(verdict => verdict.Confidence).Select(verdict => verdict.Cells.Concat(verdict.Others(others))));
        WriteTable(folder, "confusion.csv", ["true\\predicted", .. labels],
            labels.Select((label, id) => labels.Select((_, predicted) => Cell(metrics.Confusion[id, predicted])).Prepend(label)));
        WriteTable(folder, "confusion-pairs.csv", ["true", "predicted", "count", "share_of_true"], WrongPairs(metrics));
    }

    private static IEnumerable<IEnumerable<JsonNode?>> WrongPairs(ClassificationMetrics metrics)
    {
        var ids = Enumerable.Range(0, metrics.Labels.Count);
        return
            from actual in ids
            from predicted in ids
            let count = metrics.Confusion[actual, predicted]
            where actual != predicted && count > 0
            orderby count descending
            select new JsonNode?[]
            {
                metrics.Labels[actual], metrics.Labels[predicted], count, (double)count / metrics.PerClass[actual].Support,
            };
    }

    private static void WriteTable(string folder, string name, IReadOnlyList<string> columns, IEnumerable<IEnumerable<JsonNode?>> rows) =>
        AtomicFile.Write(Path.Combine(folder, name), stream =>
        {
            using var writer = RowWriter.Create(stream, name, columns);
            foreach (var cells in rows)
            {
                writer.Write(columns.Zip(cells, KeyValuePair.Create));
            }
        });

    private static JsonNode? Cell(double number) => number;

    private static JsonNode? Cell(int number) => number;

    /// <summary>What the classifier said of a row, as the tables show it.</summary>
    private sealed class Verdict
    {
        private readonly IReadOnlyList<KeyValuePair<string, JsonNode?>> metadata;

        public Verdict(JudgedRow judged, IReadOnlyList<string> labels, bool withPairs)
        {
            metadata = judged.Row.Metadata;
            var predicted = Evaluating.Probabilities.IndexOfHighest(judged.Logits);
            Probabilities = Evaluating.Probabilities.Softmax(judged.Logits);
            Confidence = Probabilities[predicted];
            IsWrong = predicted != judged.LabelId;
            JsonNode?[] pair = withPairs ? [judged.Row.TextPair] : [];
            Cells = [judged.Row.Id, judged.Row.Text, .. pair, labels[judged.LabelId], labels[predicted], Confidence];
        }

        public double[] Probabilities { get; }

        public double Confidence { get; }

        public bool IsWrong { get; }

        public IEnumerable<JsonNode?> Cells { get; }

        public IEnumerable<JsonNode?> Others(string[] names) => names.Select(name => metadata.FirstOrDefault(column => column.Key == name).Value);
    }
}
