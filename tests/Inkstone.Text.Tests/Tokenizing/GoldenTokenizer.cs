using System.IO.Compression;
using System.Text.Json;
using Inkstone.Tests;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Text.Tests.Tokenizing;

/// <summary>Reference rows and the vocabulary that they were made with.</summary>
internal static class GoldenTokenizer
{
    private static readonly Vocabulary Words = Vocabulary.ReadFile(Repo.Golden("vocab.txt"));

    public static WordPieceTokenizer Default { get; } = new(Words);

    public static WordPieceTokenizer With(WordPieceOptions options) => new(Words, options);

    public static IEnumerable<JsonElement> Rows(string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Repo.Golden("tokenizer", name + ".jsonl.gz")), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return JsonDocument.Parse(line).RootElement;
        }
    }

    public static string Text(this JsonElement row, string name = "text") => row.GetProperty(name).GetString()!;

    public static int[] Ints(this JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetInt32())];

    public static CharSpan[] Spans(this JsonElement pairs) => [.. pairs.EnumerateArray().Select(pair => new CharSpan(pair[0].GetInt32(), pair[1].GetInt32()))];

    public static bool? OptionalBool(this JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetBoolean() : null;
}
