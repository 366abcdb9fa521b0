using System.Text.Encodings.Web;
using System.Text.Json;

namespace Inkstone.Evaluating;

/// <summary>Writes <c>metrics.json</c>.</summary>
/// <remarks>
/// An object with <c>samples</c>, every name of <see cref="MetricName"/>, <c>per_class</c>, <c>confusion</c> (a row a true
/// class) and <c>labels</c>; then <c>seen</c> and <c>unseen</c>, which have all of these again. Numbers are not rounded. A
/// number that does not exist is null, and the object in which it stands says why in <c>undefined</c>, which is left out where
/// everything exists: <c>{"roc_auc": null, "undefined": {"roc_auc": "no row is labelled 'surprise'"}}</c>.
/// </remarks>
public static class MetricsJson
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // As in the contract; what the contract does not name comes after.
    private static readonly string[] Named =
    [
        "loss", "accuracy", "precision_macro", "recall_macro", "f1_macro", "f1_micro", "f1_weighted", "roc_auc_ovr_macro", "pr_auc_ovr_macro",
        "balanced_accuracy", "mcc", "kappa",
    ];

    /// <summary>Writes the object and a line feed, as UTF-8.</summary>
    /// <param name="stream">Where the bytes go; it stays open.</param>
    /// <param name="metrics">The numbers.</param>
    public static void Write(Stream stream, ClassificationMetrics metrics)
    {
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            WriteMetrics(json, metrics, isWhole: true);
        }

        stream.Write("\n"u8);
    }

    /// <summary>Reads the numbers that have a name in <see cref="MetricName"/> back; null where one does not exist.</summary>
    /// <param name="path">A <c>metrics.json</c>.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static IReadOnlyDictionary<string, double?> ReadNamed(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return MetricName.All.ToDictionary(
                name => name,
                name => json.RootElement.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : (double?)null,
                StringComparer.Ordinal);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path} is damaged: it is no metrics.json of this version.", error);
        }
    }

    private static void WriteMetrics(Utf8JsonWriter json, ClassificationMetrics metrics, bool isWhole)
    {
        json.WriteStartObject();
        json.WriteNumber("samples", metrics.Samples);
        var missing = WriteNumbers(json, [.. Named.Select(name => (name, metrics.Named(name)))]);
        json.WriteStartObject("per_class");
        foreach (var of in metrics.PerClass)
        {
            WriteClass(json, of);
        }

        json.WriteEndObject();
        WriteInOneLine(json, "confusion", RowsOf(metrics.Confusion));
        WriteInOneLine(json, "labels", metrics.Labels);
        if (isWhole)
        {
            WritePart(json, "seen", metrics.Seen, missing);
            WritePart(json, "unseen", metrics.Unseen, missing);
        }

        WriteUndefined(json, missing, metrics.Undefined);
        json.WriteEndObject();
    }

    private static void WriteClass(Utf8JsonWriter json, ClassMetrics of)
    {
        json.WriteStartObject(of.Label);
        var missing = WriteNumbers(json, [("precision", of.Precision), ("recall", of.Recall), ("f1", of.F1)]);
        json.WriteNumber("support", of.Support);
        missing.AddRange(WriteNumbers(json, [("roc_auc", of.RocAuc), ("pr_auc", of.PrAuc)]));
        WriteUndefined(json, missing, of.Undefined);
        json.WriteEndObject();
    }

    private static void WriteInOneLine<T>(Utf8JsonWriter json, string name, T value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(JsonSerializer.Serialize(value, OneLine));
    }

    private static IEnumerable<IEnumerable<int>> RowsOf(int[,] counts) => Enumerable.Range(0, counts.GetLength(0))
        .Select(row => Enumerable.Range(0, counts.GetLength(1)).Select(column => counts[row, column]));

    private static void WritePart(Utf8JsonWriter json, string name, ClassificationMetrics? part, List<string> missing)
    {
        json.WritePropertyName(name);
        if (part is not null)
        {
            WriteMetrics(json, part, isWhole: false);
            return;
        }

        json.WriteNullValue();
        missing.Add(name);
    }

    /// <summary>Writes numbers and nulls; returns the names of the nulls.</summary>
    private static List<string> WriteNumbers(Utf8JsonWriter json, ReadOnlySpan<(string Name, double? Value)> numbers)
    {
        var missing = new List<string>();
        foreach (var (name, value) in numbers)
        {
            if (value is { } number)
            {
                json.WriteNumber(name, number);
            }
            else
            {
                json.WriteNull(name);
                missing.Add(name);
            }
        }

        return missing;
    }

    private static void WriteUndefined(Utf8JsonWriter json, List<string> missing, IReadOnlyDictionary<string, string> reasons)
    {
        if (missing.Count == 0)
        {
            return;
        }

        json.WriteStartObject("undefined");
        foreach (var name in missing)
        {
            json.WriteString(name, reasons[name]);
        }

        json.WriteEndObject();
    }
}
