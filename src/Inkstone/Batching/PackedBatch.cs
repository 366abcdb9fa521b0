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
        : this(new PackedTokens(documents), device)
    {
    }

    /// <summary>Makes tensors of what is packed already.</summary>
    /// <param name="tokens">The documents.</param>
    /// <param name="placement">Where to.</param>
    /// <param name="mostTokens">Most tokens that an encoder takes at once, see <see cref="Parts"/>.</param>
    public PackedBatch(PackedTokens tokens, BatchPlacement placement, int mostTokens = int.MaxValue)
    {
        (Tokens, MostTokens) = (tokens, mostTokens);
        var parts = tokens.Parts(mostTokens);
        Parts = parts.Count == 1 ? [this] : [.. parts.Select(part => new PackedBatch(part, placement))];
        LengthsBefore = tokens.LengthsBefore;
        TokensBefore = tokens.LengthsBefore.Sum();
        ChunkCounts = tokens.ChunkCounts;
        ChunkLengths = tokens.ChunkLengths;
        Longest = tokens.Longest;
        TokenCount = tokens.TokenCount;
        InputIds = placement.Place(Tensor.From<long>(tokens.InputIds, TokenCount));
        TokenTypeIds = placement.Place(Tensor.From<long>(tokens.TokenTypeIds, TokenCount));
        PositionIds = placement.Place(Tensor.From<long>(tokens.PositionIds, TokenCount));
        FirstTokens = placement.Place(Tensor.From<long>(tokens.FirstTokens, tokens.FirstTokens.Length));
        Padding = tokens.Padding is { } layout ? new PaddingMap(layout, placement) : null;
    }

    /// <summary>The same as plain numbers.</summary>
    internal PackedTokens Tokens { get; }

    /// <summary>Most tokens that an encoder takes at once.</summary>
    internal int MostTokens { get; }

    /// <summary>The chunks in the parts that go through an encoder one after another; this batch alone, where it is small enough.</summary>
    public IReadOnlyList<PackedBatch> Parts { get; }

    /// <summary>Where this is a part of a batch: tokens of each chunk that comes before it. Otherwise empty.</summary>
    public IReadOnlyList<int> LengthsBefore { get; }

    /// <summary>The sum of <see cref="LengthsBefore"/>.</summary>
    public int TokensBefore { get; }

    /// <summary>Vocabulary ids, int64 <c>[tokens]</c>.</summary>
    public Tensor InputIds { get; }

    /// <summary>Word vectors in place of those of <see cref="InputIds"/>, float32 <c>[tokens, hidden]</c>; null, as nearly always, looks them up.</summary>
    public Tensor? InputsEmbeds { get; init; }

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
