using Inkstone.Text.Chunking;

namespace Inkstone.Batching;

/// <summary>Documents side by side without padding, as plain numbers: what a <see cref="PackedBatch"/> is made of, on any thread.</summary>
public sealed class PackedTokens
{
    /// <summary>Packs <paramref name="documents"/> in their order.</summary>
    public PackedTokens(IReadOnlyList<EncodedDocument> documents)
        : this(
            documents.SelectMany(document => document.Chunks).Select(chunk => chunk.InputIds.Length).ToArray(),
            documents.Select(document => document.Chunks.Count).ToArray())
    {
        var row = 0;
        foreach (var chunk in documents.SelectMany(document => document.Chunks))
        {
            for (var position = 0; position < chunk.InputIds.Length; position++, row++)
            {
                InputIds[row] = chunk.InputIds[position];
                TokenTypeIds[row] = chunk.TokenTypeIds is { } types ? types[position] : 0;
            }
        }
    }

    /// <summary>Packs texts of one chunk each, which lie side by side already.</summary>
    /// <param name="ids">Ids of all texts.</param>
    /// <param name="lengths">Tokens of each text; at least one.</param>
    internal PackedTokens(ReadOnlySpan<int> ids, int[] lengths)
        : this(lengths, Enumerable.Repeat(1, lengths.Length).ToArray())
    {
        for (var row = 0; row < ids.Length; row++)
        {
            InputIds[row] = ids[row];
        }
    }

    /// <summary>Some neighbouring chunks of <paramref name="whole"/>, as documents of these counts.</summary>
    private PackedTokens(PackedTokens whole, int firstChunk, int endChunk, int[] chunkCounts)
        : this(whole.ChunkLengths[firstChunk..endChunk], chunkCounts)
    {
        var firstRow = (int)whole.FirstTokens[firstChunk];
        whole.InputIds.AsSpan(firstRow, TokenCount).CopyTo(InputIds);
        whole.TokenTypeIds.AsSpan(firstRow, TokenCount).CopyTo(TokenTypeIds);
    }

    /// <summary>Lays out the places; what stands there comes later.</summary>
    private PackedTokens(int[] chunkLengths, int[] chunkCounts)
    {
        (ChunkLengths, ChunkCounts) = (chunkLengths, chunkCounts);
        Longest = chunkLengths.Max();
        TokenCount = chunkLengths.Sum();
        InputIds = new long[TokenCount];
        TokenTypeIds = new long[TokenCount];
        PositionIds = new long[TokenCount];
        FirstTokens = new long[chunkLengths.Length];
        var row = 0;
        for (var chunk = 0; chunk < chunkLengths.Length; chunk++)
        {
            FirstTokens[chunk] = row;
            for (var position = 0; position < chunkLengths[chunk]; position++, row++)
            {
                PositionIds[row] = position;
            }
        }

        Padding = chunkLengths.All(length => length == Longest) ? null : new PaddingLayout(chunkLengths, Longest);
    }

    /// <summary>Tokens of each chunk, special tokens included.</summary>
    public int[] ChunkLengths { get; }

    /// <summary>Chunks of each document.</summary>
    public int[] ChunkCounts { get; }

    /// <summary>Tokens in all.</summary>
    public int TokenCount { get; }

    /// <summary>Tokens of the longest chunk.</summary>
    public int Longest { get; }

    /// <summary>Places in the rectangle of chunks by longest chunk: what attention computes, and what padding would make of the whole batch.</summary>
    public int SlotCount => ChunkLengths.Length * Longest;

    /// <summary>Where this is a part of a batch: tokens of each chunk that comes before it. Otherwise empty.</summary>
    internal IReadOnlyList<int> LengthsBefore { get; private init; } = [];

    internal long[] InputIds { get; }

    internal long[] TokenTypeIds { get; }

    internal long[] PositionIds { get; }

    internal long[] FirstTokens { get; }

    internal PaddingLayout? Padding { get; }

    /// <summary>Each document by itself.</summary>
    internal IEnumerable<PackedTokens> Documents()
    {
        var first = 0;
        foreach (var count in ChunkCounts)
        {
            yield return new(this, first, first + count, [count]);
            first += count;
        }
    }

    /// <summary>The chunks in parts that are small enough to go through an encoder one after another.</summary>
    /// <param name="mostTokens">Most tokens of a part; a chunk that is longer is a part of its own.</param>
    /// <returns>One part or more, in order; this batch itself where it is small enough.</returns>
    public IReadOnlyList<PackedTokens> Parts(int mostTokens)
    {
        if (TokenCount <= mostTokens || ChunkLengths.Length == 1)
        {
            return [this];
        }

        var parts = new List<PackedTokens>();
        for (var (first, next, tokens) = (0, 0, 0); first < ChunkLengths.Length; (first, tokens) = (next, 0))
        {
            do
            {
                tokens += ChunkLengths[next++];
            }
            while (next < ChunkLengths.Length && tokens + ChunkLengths[next] <= mostTokens);

            parts.Add(new(this, first, next, Enumerable.Repeat(1, next - first).ToArray()) { LengthsBefore = ChunkLengths[..first] });
        }

        return parts;
    }
}
