using System.IO.Compression;
using System.Text.Json;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Benchmarks;

/// <summary>What bench/tokenizers-js/compare.mjs reads: a folder as we save it, and our ids of some texts.</summary>
internal static class SavedTokenizer
{
    internal static void Write(string vocabulary, string texts, string folder)
    {
        var tokenizer = WordPieceTokenizer.Load(vocabulary);
        tokenizer.Save(folder);
        using var rows = new StreamReader(new GZipStream(File.OpenRead(texts), CompressionMode.Decompress));
        using var output = File.CreateText(Path.Combine(folder, "ids.jsonl"));
        var seen = new HashSet<string>();
        while (rows.ReadLine() is { } line)
        {
            using var row = JsonDocument.Parse(line);
            var text = row.RootElement.GetProperty("text").GetString()!;
            if (seen.Add(text))
            {
                var encoded = tokenizer.Encode(text);
                output.WriteLine(JsonSerializer.Serialize(new
                {
                    text,
                    input_ids = encoded.InputIds,
                    offsets = encoded.Offsets.Select(span => new[] { span.Start, span.End }),
                    decoded = tokenizer.Decode(encoded.InputIds, skipSpecialTokens: true),
                }));
            }
        }
    }
}
