using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Inkstone.Tests.Support;

/// <summary>Reference files that several tests use.</summary>
internal static class Golden
{
    public static string Bert => Repo.Golden("models", "bert");

    public static string TrainCsv => Repo.Golden("e2e", "train.csv");

    public static string ValidationCsv => Repo.Golden("e2e", "validation.csv");

    /// <summary>A recipe of one epoch, every step logged.</summary>
    public static string Recipe => $"""
        data:
          train_file: {TrainCsv}
          validation_file: {ValidationCsv}
        tokenizer:
          max_length: 32
        model:
          name_or_path: {Bert}
        training:
          num_train_epochs: 1
          logging_steps: 1
          bf16: false
        """;

    public static IReadOnlyList<JsonObject> JsonLines(string path)
    {
        using Stream file = File.OpenRead(path);
        using var reader = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        var rows = new List<JsonObject>();
        while (reader.ReadLine() is { } line)
        {
            rows.Add(JsonNode.Parse(line)!.AsObject());
        }

        return rows;
    }

    /// <summary>Rows as a jsonl file.</summary>
    public static string ToJsonLines(IEnumerable<JsonObject> rows) => string.Concat(rows.Select(row => row.ToJsonString() + "\n"));
}
