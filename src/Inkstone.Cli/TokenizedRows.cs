using System.Text.Json.Nodes;
using Inkstone.Text.Corpora;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Cli;

/// <summary>Texts as the rows that <c>tokenize</c> writes.</summary>
internal static class TokenizedRows
{
    /// <summary>A row for each text, made while they are enumerated; padding needs them all first.</summary>
    public static IEnumerable<(Row Source, IEnumerable<KeyValuePair<string, JsonNode?>> Columns)> Of(
        IEnumerable<Row> rows, WordPieceTokenizer tokenizer, EncodingOptions options, bool isPadded)
    {
        var encoded = rows.Select(row => (Row: row, Tokens: tokenizer.Encode(row.Text, row.TextPair, options)));
        return isPadded ? Padded([.. encoded], tokenizer) : encoded.Select(row => (row.Row, Plain(row.Row, row.Tokens)));
    }

    /// <summary>A row for each text, in chunks.</summary>
    public static IEnumerable<(Row Source, IEnumerable<KeyValuePair<string, JsonNode?>> Columns)> InChunks(
        IEnumerable<Row> rows, Func<Row, IEnumerable<(int[] Ids, CharSpan[] Offsets)>> chunksOf) => rows.Select(row => (row, Chunks(row, [.. chunksOf(row)])));

    /// <summary>The ids of a row, chunk by chunk.</summary>
    public static IEnumerable<int[]> IdsOf(IEnumerable<KeyValuePair<string, JsonNode?>> columns)
    {
        var row = columns.ToDictionary();
        var chunks = row.TryGetValue("chunks", out var several) ? (JsonArray)several! : [row["input_ids"]!.DeepClone()];
        return chunks.Select(chunk => ((JsonArray)chunk!).GetValues<int>().ToArray());
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Plain(Row row, TokenizedText tokens) =>
    [
        new("text", row.Text),
        new("input_ids", Numbers(tokens.InputIds)),
        new("token_type_ids", Numbers(tokens.TokenTypeIds)),
        new("offsets", Offsets(tokens.Offsets)),
    ];

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Chunks(Row row, (int[] Ids, CharSpan[] Offsets)[] chunks) =>
    [
        new("text", row.Text),
        new("chunks", new JsonArray([.. chunks.Select(chunk => Numbers(chunk.Ids))])),
        new("offsets", new JsonArray([.. chunks.Select(chunk => Offsets(chunk.Offsets))])),
    ];

    private static IEnumerable<(Row, IEnumerable<KeyValuePair<string, JsonNode?>>)> Padded(IReadOnlyList<(Row Row, TokenizedText Tokens)> rows, WordPieceTokenizer tokenizer)
    {
        if (rows.Count == 0)
        {
            yield break;
        }

        var batch = tokenizer.Pad([.. rows.Select(row => row.Tokens)]);
        for (var row = 0; row < rows.Count; row++)
        {
            yield return (rows[row].Row,
            [
                new("text", rows[row].Row.Text),
                new("input_ids", Numbers(RowOf(batch.InputIds))),
                new("token_type_ids", Numbers(RowOf(batch.TokenTypeIds))),
                new("attention_mask", Numbers(RowOf(batch.AttentionMask))),
                new("offsets", Offsets(rows[row].Tokens.Offsets, batch.Length)),
            ]);

            ReadOnlySpan<int> RowOf(int[] values) => values.AsSpan(row * batch.Length, batch.Length);
        }
    }

    private static JsonArray Numbers(ReadOnlySpan<int> values)
    {
        var array = new JsonArray();
        foreach (var value in values)
        {
            array.Add((JsonNode)value);
        }

        return array;
    }

    /// <summary>Where the tokens stand; padding stands nowhere, as special tokens do: [0, 0].</summary>
    private static JsonArray Offsets(CharSpan[] spans, int length = 0)
    {
        var array = new JsonArray([.. spans.Select(span => Numbers([span.Start, span.End]))]);
        while (array.Count < length)
        {
            array.Add((JsonNode)Numbers([0, 0]));
        }

        return array;
    }
}
