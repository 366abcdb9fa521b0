using System.Globalization;
using Inkstone.Text.Corpora;

namespace Inkstone.Comparing;

/// <summary>What a run said of the rows it was judged on, read from its <c>predictions.csv</c>.</summary>
/// <param name="Name">What the caller called it.</param>
/// <param name="LabelNames">Names in the order of the ids.</param>
/// <param name="Rows">The rows, each with its true class, in the file's order.</param>
/// <param name="Predicted">The predicted class of each row.</param>
/// <param name="Seen">Of each row, whether the run was trained on its text; null where the file does not say.</param>
public sealed record RunPredictions(
    string Name, IReadOnlyList<string> LabelNames, IReadOnlyList<(string Text, string? TextPair, int LabelId)> Rows, IReadOnlyList<int> Predicted, IReadOnlyList<bool>? Seen = null)
{
    private const string FileName = "predictions.csv";
    private const string ProbabilityPrefix = "probability_";

    /// <summary>The true class of each row.</summary>
    public IReadOnlyList<int> LabelIds => [.. Rows.Select(row => row.LabelId)];

    /// <summary>Reads a run's predictions.</summary>
    /// <param name="path">A run, a baseline's folder, an evaluation's folder, or a predictions.csv itself.</param>
    /// <exception cref="InvalidDataException">There are none, or the file is not as it was written.</exception>
    public static RunPredictions Read(string path)
    {
        string[] places = File.Exists(path) ? [path] : [Path.Combine(path, "evaluation", FileName), Path.Combine(path, FileName), Path.Combine(path, "out-of-fold", FileName)];
        var file = places.FirstOrDefault(File.Exists) ?? throw new InvalidDataException(Directory.Exists(path)
            ? $"{path} has no predictions: neither evaluation/{FileName} nor {FileName} is in it. A run has them when it came to its end and had validation or test rows; or make them: inkstone test --model {path} --data FILE --output-dir DIR, and compare DIR."
            : $"{path}: there is no such run. Give the folder of a run, or a folder that inkstone test --output-dir wrote.");
        return ReadFile(path, file);
    }

    private static RunPredictions ReadFile(string name, string file)
    {
        var withPairs = (File.ReadLines(file).FirstOrDefault() ?? "").TrimStart('\ufeff').StartsWith("id,text,text_pair,", StringComparison.Ordinal);
        var options = new ReadOptions
        {
            Format = CorpusFormat.Csv,
            Encoding = "utf-8",
            TextColumn = "text",
            TextPairColumn = withPairs ? "text_pair" : null,
            Labels = LabelUse.Ignored,   // names as they are, whatever they look like
            WithMetadata = true,
        };
        var labels = CorpusReader.Read([file], options).Take(1).SelectMany(LabelsOf).ToArray();
        if (labels.Length == 0)
        {
            throw new InvalidDataException($"{file} has no row, or no column {ProbabilityPrefix}LABEL: it is no file of predictions that inkstone train or test wrote.");
        }

        var ids = labels.Index().ToDictionary(label => label.Item, label => label.Index, StringComparer.Ordinal);
        var rows = new List<(string Text, string? TextPair, int LabelId)>();
        var predicted = new List<int>();
        var seen = new List<bool?>();
        foreach (var row in CorpusReader.Read([file], options))
        {
            rows.Add((row.Text, row.TextPair, IdOf(row, "label")));
            predicted.Add(IdOf(row, "predicted"));
            seen.Add(bool.TryParse(row.Metadata.FirstOrDefault(cell => cell.Key == "seen").Value?.ToString(), out var truth) ? truth : null);
        }

        return new(name, labels, rows, predicted, seen.Contains(null) ? null : [.. seen.Select(truth => truth == true)]);

        int IdOf(Row row, string column) => IdOfLabel(row, row.Metadata.FirstOrDefault(cell => cell.Key == column).Value?.ToString() ?? "");

        int IdOfLabel(Row row, string label) => ids.TryGetValue(label, out var id) ? id : throw new InvalidDataException(
            string.Create(CultureInfo.InvariantCulture, $"{row.File}, line {row.Line}: '{label}' is none of the labels that have a probability ({string.Join(", ", labels.Take(8))}); the file was changed."));
    }

    // The first columns of that name; the data's own, which may have such names too, follow behind others.
    private static IEnumerable<string> LabelsOf(Row row) =>
        row.Metadata.SkipWhile(column => !IsProbability(column)).TakeWhile(IsProbability).Select(column => column.Key[ProbabilityPrefix.Length..]);

    private static bool IsProbability(KeyValuePair<string, System.Text.Json.Nodes.JsonNode?> column) => column.Key.StartsWith(ProbabilityPrefix, StringComparison.Ordinal);
}
