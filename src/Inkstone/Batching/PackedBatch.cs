using Inkstone.Text.Chunking;
using Inkstone.Torch;

namespace Inkstone.Batching;

/// <summary>
/// Documents side by side without padding: every token of every chunk is one row. Nearly all of a transformer works on
/// rows, so nothing is spent on padding; only attention has to know where a chunk begins and ends.
/// </summary>
/// <remarks>Make it inside a <see cref="TensorScope"/>, which then owns its tensors.</remarks>
public sealed class PackedBatch
{
    /// <summary>Packs <paramref name="documents"/> in their order.</summary>
    public PackedBatch(IReadOnlyList<EncodedDocument> documents, Device device)
    {
        var chunks = documents.SelectMany(document => document.Chunks).ToArray();
        ChunkCounts = [.. documents.Select(document => document.Chunks.Count)];
        ChunkLengths = Array.ConvertAll(chunks, chunk => chunk.InputIds.Length);
        Longest = ChunkLengths.Max();
        TokenCount = ChunkLengths.Sum();

        var inputIds = new long[TokenCount];
        var tokenTypeIds = new long[TokenCount];
        var positionIds = new long[TokenCount];
        var firstTokens = new long[chunks.Length];
        var row = 0;
        for (var chunk = 0; chunk < chunks.Length; chunk++)
        {
            firstTokens[chunk] = row;
            var ids = chunks[chunk].InputIds;
            var types = chunks[chunk].TokenTypeIds;
            for (var position = 0; position < ids.Length; position++, row++)
            {
                inputIds[row] = ids[position];
                tokenTypeIds[row] = types is null ? 0 : types[position];
                positionIds[row] = position;
            }
        }

        InputIds = Tensor.From<long>(inputIds, TokenCount).To(device);
        TokenTypeIds = Tensor.From<long>(tokenTypeIds, TokenCount).To(device);
        PositionIds = Tensor.From<long>(positionIds, TokenCount).To(device);
        FirstTokens = Tensor.From<long>(firstTokens, chunks.Length).To(device);
        Padding = ChunkLengths.All(length => length == Longest) ? null : new PaddingMap(ChunkLengths, Longest, device);
    }

    /// <summary>Vocabulary ids, int64 <c>[tokens]</c>.</summary>
    public Tensor InputIds { get; }

    /// <summary>0 for the first text, 1 for its pair, int64 <c>[tokens]</c>.</summary>
    public Tensor TokenTypeIds { get; }

    /// <summary>Place inside the chunk, int64 <c>[tokens]</c>.</summary>
    public Tensor PositionIds { get; }

    /// <summary>The row of each chunk's <c>[CLS]</c>, int64 <c>[chunks]</c>.</summary>
    public Tensor FirstTokens { get; }

    /// <summary>How to lay the rows out as a rectangle for attention; null when they already are one.</summary>
    internal PaddingMap? Padding { get; }

    /// <summary>Tokens of each chunk, special tokens included.</summary>
    public IReadOnlyList<int> ChunkLengths { get; }

    /// <summary>Chunks of each document.</summary>
    public IReadOnlyList<int> ChunkCounts { get; }

    /// <summary>Rows in all.</summary>
    public int TokenCount { get; }

    /// <summary>Tokens of the longest chunk.</summary>
    public int Longest { get; }
}
