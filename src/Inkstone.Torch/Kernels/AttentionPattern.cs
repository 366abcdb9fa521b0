namespace Inkstone.Torch.Kernels;

/// <summary>Which keys each token of a packed batch looks at, a block of queries at a time. What is in no block asks nothing, and its result is 0.</summary>
/// <param name="window">How far from its query a key of a <see cref="KeyRange.IsWindow"/> may lie, on either side.</param>
/// <param name="chunks">The batch's chunks, in the order of their rows.</param>
public sealed class AttentionPattern(int window, IReadOnlyList<PatternChunk> chunks)
{
    /// <summary>Most queries of a block: scores of a block and its keys then fit a core's cache.</summary>
    public const int BlockSize = 64;

    /// <summary>How far from its query a key of a <see cref="KeyRange.IsWindow"/> may lie, on either side.</summary>
    public int Window { get; } = window;

    /// <summary>The batch's chunks, in the order of their rows.</summary>
    public IReadOnlyList<PatternChunk> Chunks { get; } = chunks;
}

/// <summary>The pattern of one chunk.</summary>
/// <param name="First">Its first row in the batch.</param>
/// <param name="Length">Its tokens.</param>
/// <param name="DropsProbabilities">Whether dropout works on its probabilities.</param>
/// <param name="Blocks">Which keys its queries look at.</param>
public sealed record PatternChunk(int First, int Length, bool DropsProbabilities, IReadOnlyList<QueryBlock> Blocks);

/// <summary>Neighbouring queries that look at the same keys, but for the window's edges.</summary>
/// <param name="First">The first query's row in the batch.</param>
/// <param name="Count">How many there are, at most <see cref="AttentionPattern.BlockSize"/>.</param>
/// <param name="Keys">Runs of keys: one list that all heads share, or one a head. A key that stands there twice counts twice.</param>
public sealed record QueryBlock(int First, int Count, IReadOnlyList<IReadOnlyList<KeyRange>> Keys)
{
    /// <summary>The runs that a head looks at.</summary>
    public IReadOnlyList<KeyRange> KeysOf(int head) => Keys[Keys.Count == 1 ? 0 : head];

    /// <summary>Keys of the head that has most.</summary>
    public int MostKeys => Keys.Max(ranges => ranges.Sum(range => range.Count));
}

/// <summary>A run of neighbouring keys.</summary>
/// <param name="First">The first key's row in the batch.</param>
/// <param name="Count">How many there are.</param>
/// <param name="IsWindow">Whether a query sees only those at most <see cref="AttentionPattern.Window"/> rows away.</param>
public readonly record struct KeyRange(int First, int Count, bool IsWindow = false)
{
    /// <summary>The keys of this run that a query sees: places within the run, the first and the one behind the last.</summary>
    internal (int Start, int End) SeenBy(int query, int window) => IsWindow
        ? (Math.Clamp(query - window - First, 0, Count), Math.Clamp(query + window + 1 - First, 0, Count))
        : (0, Count);
}
