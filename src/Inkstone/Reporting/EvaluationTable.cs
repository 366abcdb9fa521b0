using System.Globalization;
using System.Text.Json.Nodes;
using Inkstone.Text.Corpora;

namespace Inkstone.Reporting;

/// <summary>A small table of an evaluation: <c>slices.csv</c>, <c>marks.csv</c>, <c>suspects.csv</c>, <c>ambiguous.csv</c>.</summary>
internal static class EvaluationTable
{
    /// <summary>Each row as an object, numbers as numbers; null where there is no such file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="texts">Columns that stay texts, whatever is in them.</param>
    public static IReadOnlyList<JsonObject>? Read(string path, params string[] texts)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var first = (File.ReadLines(path).FirstOrDefault() ?? "").TrimStart('\ufeff').Split(',')[0];
        return File.ReadLines(path).Skip(1).Any()
            ? [.. CorpusReader.Read(path, new() { Format = CorpusFormat.Csv, Encoding = "utf-8", TextColumn = first, Labels = LabelUse.Ignored, WithMetadata = true }).Select(Of)]
            : [];

        JsonObject Of(Row row) => new([
            KeyValuePair.Create(first, Cell(first, row.Text)),
            .. row.Metadata.Select(cell => KeyValuePair.Create(cell.Key, Cell(cell.Key, cell.Value?.ToString() ?? ""))),
        ]);

        JsonNode? Cell(string column, string value) => texts.Contains(column) ? value
            : value.Length == 0 ? null
            : double.TryParse(value, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : value;
    }
}
