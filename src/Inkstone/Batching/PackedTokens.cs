using Inkstone.Text.Chunking;

namespace Inkstone.Batching;

/// <summary>Documents side by side without padding, as plain numbers: what a <see cref="PackedBatch"/> is made of, on any thread.</summary>
public sealed class PackedTokens
{
    /// <summary>Packs <paramref name="documents"/> in their order.</summary>
    public PackedTokens(IReadOnlyList<EncodedDocument> documents)
    {
        var chunks = documents.SelectMany(document => document.Chunks).ToArray();
        ChunkCounts = [.. documents.Select(document => document.Chunks.Count)];
        ChunkLengths = Array.ConvertAll(chunks, chunk => chunk.InputIds.Length);
        Longest = ChunkLengths.Max();
        TokenCount = ChunkLengths.Sum();
        InputIds = new long[TokenCount];
        TokenTypeIds = new long[TokenCount];
        PositionIds = new long[TokenCount];
        FirstTokens = new long[chunks.Length];
        var row = 0;
        for (var chunk = 0; chunk < chunks.Length; chunk++)
        {
            FirstTokens[chunk] = row;
            var ids = chunks[chunk].InputIds;
            var types = chunks[chunk].TokenTypeIds;
            for (var position = 0; position < ids.Length; position++, row++)
            {
                InputIds[row] = ids[position];
                TokenTypeIds[row] = types is null ? 0 : types[position];
                PositionIds[row] = position;
            }
        }

        Padding = ChunkLengths.All(length => length == Longest) ? null : new PaddingLayout(ChunkLengths, Longest);
    }

    /// <summary>Packs texts of one chunk each, which lie side by side already.</summary>
    /// <param name="ids">Ids of all texts.</param>
    /// <param name="lengths">Tokens of each text; at least one.</param>
    internal PackedTokens(ReadOnlySpan<int> ids, int[] lengths)
    {
        ChunkLengths = lengths;
        ChunkCounts = new int[lengths.Length];
        Array.Fill(ChunkCounts, 1);
        Longest = lengths.Max();
        TokenCount = ids.Length;
        InputIds = new long[TokenCount];
        TokenTypeIds = new long[TokenCount];
        PositionIds = new long[TokenCount];
        FirstTokens = new long[lengths.Length];
        var row = 0;
        for (var text = 0; text < lengths.Length; text++)
        {
            FirstTokens[text] = row;
            for (var position = 0; position < lengths[text]; position++, row++)
            {
                InputIds[row] = ids[row];
                PositionIds[row] = position;
            }
        }

        Padding = ChunkLengths.All(length => length == Longest) ? null : new PaddingLayout(ChunkLengths, Longest);
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

    internal long[] InputIds { get; }

    internal long[] TokenTypeIds { get; }

    internal long[] PositionIds { get; }

    internal long[] FirstTokens { get; }

    internal PaddingLayout? Padding { get; }
}
