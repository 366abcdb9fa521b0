using System.Text;
using System.Text.Json.Nodes;
using Inkstone.Text.Corpora;

namespace Inkstone.Evaluating;

/// <summary>Reads labelled rows with logits that any tool wrote, an object a line.</summary>
/// <remarks>
/// An object has <c>label</c>, the true one, and <c>logits</c>: an object from label name to number (the first row's order is
/// that of the ids, and a label may be an id), or an array in the order of the sorted labels, by value where all are integers;
/// labels 0 to n - 1 of n logits need not all occur. <c>text</c>, <c>text_pair</c> and <c>id</c> are kept where they stand,
/// everything else is passed over. Where <c>predict</c> wrote the rows and every label is the predicted one, <c>label_in_file</c> is the true one. In a csv or Parquet file the logits
/// are a column of such objects or arrays, as JSON.
/// </remarks>
public static class PredictionFileReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">A jsonl file in UTF-8, or a .csv, .tsv or .parquet file.</param>
    /// <param name="notice">Told where the labels seem to be no true ones.</param>
    /// <returns>The label names in the order of their ids, and the rows in the file's order.</returns>
    /// <exception cref="InvalidDataFileException">The file is missing, empty or broken, or a row does not fit; the message has the line.</exception>
    public static (IReadOnlyList<string> LabelNames, IReadOnlyList<JudgedRow> Rows) Read(string path, Action<string>? notice = null)
    {
        var rows = Path.GetExtension(path).ToUpperInvariant() is ".CSV" or ".TSV" or ".PARQUET" ? ReadTable(path) : ReadLines(path);
        var labels = new LabelSet(rows[0].LabelNames ?? NamesOfArrays(path, rows));
        if (rows.All(row => row.IsOfPredict && (row.Row.Label is null || !Judged(row).IsWrong)))
        {
            if (rows.All(row => row.LabelInFile is not null))
            {
                rows = rows.ConvertAll(row => row with { Row = row.Row with { Label = row.LabelInFile } });
            }
            else
            {
                notice?.Invoke($"Every 'label' of {path} is the one that is predicted, as predict writes it, so these numbers say nothing: give the true labels as 'label', or as 'label_in_file'.");
            }
        }

        return (labels.Names, [.. rows.Select(Judged)]);

        JudgedRow Judged(PredictionLine row) => new(row.Row, IdOf(row.Row, labels), row.InOrderOf(rows[0]));
    }

    private static List<PredictionLine> ReadTable(string path)
    {
        var options = new ReadOptions { Labels = LabelUse.Ignored, WithMetadata = true };
        return [.. CorpusReader.Read([path], options).Select(row => PredictionLine.Parse(row.File, row.Line, ObjectOf(row)))];

        static string ObjectOf(Row row)
        {
            var columns = new JsonObject(row.Metadata.Select(column => KeyValuePair.Create(column.Key, column.Value?.DeepClone())))
            {
                ["text"] = row.Text, ["text_pair"] = row.TextPair, ["id"] = row.Id,
            };
            var logits = columns["logits"] is JsonValue cell && cell.TryGetValue(out string? json) ? json : columns["logits"]?.ToJsonString();
            columns.Remove("logits");
            var others = columns.ToJsonString();
            return logits is null ? others : $"{others[..^1]}, \"logits\": {logits}}}";
        }
    }

    private static List<PredictionLine> ReadLines(string path)
    {
        var rows = new List<PredictionLine>();
        var line = 0;
        try
        {
            using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            while (reader.ReadLine() is { } text)
            {
                line++;
                if (!string.IsNullOrWhiteSpace(text))
                {
                    rows.Add(PredictionLine.Parse(path, line, text));
                }
            }
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataFileException(
                path, line + 1, "at or after this line stand bytes that are no UTF-8", "UTF-8", "Save the file again as UTF-8.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var problem = Directory.Exists(path) ? "this is a folder"
                : e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : $"the file cannot be read ({e.Message.TrimEnd('.')})";
            throw new InvalidDataFileException(
                path, null, problem, PredictionLine.Expected, "Check the path; a relative one starts at the current folder.", e);
        }

        return rows.Count > 0 ? rows : throw new InvalidDataFileException(
            path, null, "the file has no rows", PredictionLine.Expected, "Check how the file was written.");
    }

    private static IReadOnlyList<string> NamesOfArrays(string path, List<PredictionLine> rows)
    {
        var count = rows[0].Logits.Length;
        string[] ids = [.. Enumerable.Range(0, count).Select(id => FormattableString.Invariant($"{id}"))];
        var found = rows.Select(row => row.Row.Label!).ToHashSet(StringComparer.Ordinal);
        if (found.IsSubsetOf(ids))
        {
            return ids;
        }

        return found.Count == count ? LabelSet.ForTraining([.. rows.Select(row => row.Row)]).Names : throw new InvalidDataFileException(
            path, null, FormattableString.Invariant($"a row has {count} logits, but the rows have {found.Count} different labels"),
            "arrays of logits in the order of the sorted labels, one number a label",
            "Write logits as an object from label name to number: the names are then certain.");
    }

    private static int IdOf(Row row, LabelSet labels) => row.Label is { } label && labels.TryGetId(label, out var id) ? id : throw new InvalidDataFileException(
        row.File, row.Line, $"the label '{row.Label}' has no logit", $"one of {string.Join(", ", labels.Names)}",
        "Correct the label, or give every row a logit for it.");
}
