using System.Text.Json;
using Inkstone.Text.Corpora;

namespace Inkstone.Evaluating;

/// <summary>A line of a prediction file: a row and its logits, named or not.</summary>
/// <param name="Row">The row; its label is null only where there is one in <paramref name="LabelInFile"/>.</param>
/// <param name="LabelNames">A name for each logit, or null where they came as an array.</param>
/// <param name="Logits">At least two finite numbers.</param>
/// <param name="IsOfPredict">Whether <c>predict</c> wrote the row: then its label is what was predicted, unless somebody put another one there.</param>
/// <param name="LabelInFile">As <c>predict</c> calls the label of its input.</param>
internal sealed record PredictionLine(Row Row, string[]? LabelNames, double[] Logits, bool IsOfPredict, string? LabelInFile)
{
    public const string Expected = "rows such as {\"label\": \"好\", \"logits\": {\"坏\": -1.5, \"好\": 2.0}}, one a line";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private string Shape => LabelNames is null ? FormattableString.Invariant($"in an array of {Logits.Length}") : $"for {string.Join(", ", LabelNames)}";

    /// <summary>Parses a line.</summary>
    /// <exception cref="InvalidDataFileException">It is no such row.</exception>
    public static PredictionLine Parse(string file, int line, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Parse(file, line, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped half of a surrogate pair, which no text can hold.
            throw new InvalidDataFileException(file, line, "the JSON is broken, or names a key twice", Expected, "Check how the file was written.", e);
        }
    }

    /// <summary>The logits in the order in which another row, the file's first, has them.</summary>
    /// <exception cref="InvalidDataFileException">The two have different labels.</exception>
    public double[] InOrderOf(PredictionLine first)
    {
        if (Logits.Length == first.Logits.Length && (LabelNames ?? []).SequenceEqual(first.LabelNames ?? []))
        {
            return Logits;
        }

        if (LabelNames is null || first.LabelNames is null || !LabelNames.ToHashSet(StringComparer.Ordinal).SetEquals(first.LabelNames))
        {
            throw Wrong(Row.File, Row.Line, $"this row has logits {Shape}, but the first row has logits {first.Shape}", "the same labels in every row");
        }

        var places = LabelNames.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
        return Array.ConvertAll(first.LabelNames, name => Logits[places[name]]);
    }

    private static PredictionLine Parse(string file, int line, JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(file, line, "this is JSON, but no object", Expected);
        }

        var (label, labelInFile) = (NullIfEmpty(Scalar(row, "label")), NullIfEmpty(Scalar(row, "label_in_file")));
        if ((label ?? labelInFile) is null)
        {
            throw Wrong(file, line, "the row has no 'label', or one that is no string or number", Expected);
        }

        var (names, logits) = Read(row.TryGetProperty("logits", out var found) ? found : default);
        if (logits.Length < 2 || !logits.All(double.IsFinite) || names?.Contains("") == true)
        {
            throw Wrong(file, line, "the row has no 'logits', or not two or more finite numbers under names that are not empty", Expected);
        }

        return new(
            new Row
            {
                Text = Scalar(row, "text") ?? "",
                TextPair = Scalar(row, "text_pair"),
                Id = Scalar(row, "id"),
                Label = label,
                File = file,
                Line = line,
            },
            names,
            logits,
            IsOfPredict: row.TryGetProperty("confidence", out _) && row.TryGetProperty("probabilities", out _),
            labelInFile);
    }

    private static (string[]? Names, double[] Logits) Read(JsonElement logits) => logits.ValueKind switch
    {
        JsonValueKind.Object =>
            ([.. logits.EnumerateObject().Select(logit => logit.Name)], [.. logits.EnumerateObject().Select(logit => Number(logit.Value))]),
        JsonValueKind.Array => (null, [.. logits.EnumerateArray().Select(Number)]),
        _ => (null, []),
    };

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : double.NaN;

    private static string? Scalar(JsonElement row, string key) => !row.TryGetProperty(key, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static InvalidDataFileException Wrong(string file, int line, string problem, string expected) =>
        new(file, line, problem, expected, "Correct the row, or write the file again.");
}
