using System.Text.Json;

namespace Inkstone.Text.Corpora.Tables;

/// <summary>The label names that Hugging Face's data sets keep in the metadata of an Arrow schema or a parquet file.</summary>
internal static class ClassLabels
{
    /// <summary>The metadata's key.</summary>
    public const string Key = "huggingface";

    /// <summary>The columns that hold ids of names, each with its names in the order of the ids.</summary>
    /// <param name="file">For messages.</param>
    /// <param name="metadata">The JSON under <see cref="Key"/>; null where there is none.</param>
    /// <exception cref="InvalidDataFileException">The metadata is broken, so that ids would be read as labels.</exception>
    public static Dictionary<string, IReadOnlyList<string>> Parse(string file, string? metadata)
    {
        var labels = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (metadata is null)
        {
            return labels;
        }

        try
        {
            using var json = JsonDocument.Parse(metadata);
            if (json.RootElement.TryGetProperty("info", out var info) && info.TryGetProperty("features", out var features) && features.ValueKind == JsonValueKind.Object)
            {
                foreach (var feature in features.EnumerateObject())
                {
                    if (feature.Value.ValueKind == JsonValueKind.Object && feature.Value.TryGetProperty("_type", out var type) && type.ValueEquals("ClassLabel"))
                    {
                        labels[feature.Name] = [.. feature.Value.GetProperty("names").EnumerateArray().Select(name => name.GetString() ?? throw new FormatException())];
                    }
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataFileException(file, null, $"the metadata under '{Key}', which names the labels, is broken", "JSON as Hugging Face's datasets writes it",
                "Write the file again from its source.", e);
        }

        return labels;
    }
}
