using Inkstone.Text.Chunking;

namespace Inkstone.Batching;

/// <summary>Some rows, packed, and their classes.</summary>
/// <param name="Tokens">Their documents side by side.</param>
/// <param name="LabelIds">Class of each row.</param>
public sealed record LabelledBatch(PackedTokens Tokens, IReadOnlyList<int> LabelIds)
{
    /// <summary>Packs documents that are in memory.</summary>
    public static LabelledBatch Of(IReadOnlyList<(EncodedDocument Document, int LabelId)> rows) =>
        new(new PackedTokens([.. rows.Select(row => row.Document)]), [.. rows.Select(row => row.LabelId)]);

    /// <summary>Packs some of the rows, in the order of their numbers.</summary>
    public static LabelledBatch Of(EncodedRows rows, int[] numbers) =>
        new(new PackedTokens(Array.ConvertAll(numbers, number => rows[number])), Array.ConvertAll(numbers, number => rows.LabelIds[number]));
}
