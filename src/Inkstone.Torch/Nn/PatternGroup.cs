using Inkstone.Torch.Kernels;

namespace Inkstone.Torch.Nn;

/// <summary>Rows to gather for every block and head of a group, so many for each.</summary>
/// <param name="Rows">Token · heads + head, <c>[blocks · heads · width]</c>; any row where there is none.</param>
/// <param name="Width">Rows of each.</param>
internal readonly record struct GroupRows(long[] Rows, int Width);

/// <summary>Blocks of a pattern with about as many keys: one batch of matrix products.</summary>
internal sealed class PatternGroup
{
    private const int Step = 64;   // keys of a block are filled up to a multiple of this

    private readonly float[] bias;
    private readonly int heads;
    private readonly int biasHeads;

    private PatternGroup(AttentionPattern pattern, IReadOnlyList<QueryBlock> blocks, bool drops, int heads)
    {
        (Blocks, DropsProbabilities, this.heads) = (blocks, drops, heads);
        var (queries, keys) = (blocks.Max(block => block.Count), blocks.Max(block => block.MostKeys));
        biasHeads = blocks.Any(block => block.Keys.Count > 1) ? heads : 1;
        Queries = new(new long[blocks.Count * heads * queries], queries);
        Keys = new(new long[blocks.Count * heads * keys], keys);
        bias = new float[blocks.Count * biasHeads * queries * keys];
        bias.AsSpan().Fill(float.MinValue);
        for (var block = 0; block < blocks.Count; block++)
        {
            for (var head = 0; head < heads; head++)
            {
                var item = (block * heads) + head;
                FillRows(blocks[block], head, Queries.Rows.AsSpan(item * queries, queries), Keys.Rows.AsSpan(item * keys, keys));
            }

            for (var head = 0; head < biasHeads; head++)
            {
                FillBias(blocks[block], head, pattern.Window, bias.AsSpan(((block * biasHeads) + head) * queries * keys, queries * keys), keys);
            }
        }
    }

    public IReadOnlyList<QueryBlock> Blocks { get; }

    public bool DropsProbabilities { get; }

    public GroupRows Queries { get; }

    public GroupRows Keys { get; }

    public static IEnumerable<PatternGroup> Of(AttentionPattern pattern, int heads) => pattern.Chunks
        .SelectMany(chunk => chunk.Blocks.Select(block => (Block: block, chunk.DropsProbabilities)))
        .GroupBy(one => (one.DropsProbabilities, Size: (one.Block.MostKeys + Step - 1) / Step))
        .Select(group => new PatternGroup(pattern, [.. group.Select(one => one.Block)], group.Key.DropsProbabilities, heads));

    /// <summary>Added to scores: 0 where a query sees a key, the lowest float elsewhere; <c>[blocks, heads or 1, queries, keys]</c>.</summary>
    public Tensor Bias(Device device) => Tensor.From<float>(bias, Blocks.Count, biasHeads, Queries.Width, Keys.Width).To(device);

    /// <summary>Says for each row (token · heads + head) where its result will stand, from <paramref name="first"/> on.</summary>
    /// <returns>The place behind the last.</returns>
    public long Place(long[] places, long first)
    {
        for (var block = 0; block < Blocks.Count; block++)
        {
            for (var head = 0; head < heads; head++)
            {
                for (var query = 0; query < Blocks[block].Count; query++)
                {
                    places[((long)(Blocks[block].First + query) * heads) + head] = first + ((((block * heads) + head) * (long)Queries.Width) + query);
                }
            }
        }

        return first + Queries.Rows.Length;
    }

    private void FillRows(QueryBlock block, int head, Span<long> queries, Span<long> keys)
    {
        for (var query = 0; query < block.Count; query++)
        {
            queries[query] = ((long)(block.First + query) * heads) + head;
        }

        var at = 0;
        foreach (var range in block.KeysOf(head))
        {
            for (var key = 0; key < range.Count; key++)
            {
                keys[at++] = ((long)(range.First + key) * heads) + head;
            }
        }
    }

    private static void FillBias(QueryBlock block, int head, int window, Span<float> bias, int keys)
    {
        for (var query = 0; query < block.Count; query++)
        {
            var at = query * keys;
            foreach (var range in block.KeysOf(head))
            {
                var (start, end) = range.SeenBy(block.First + query, window);
                bias[(at + start)..(at + end)].Clear();
                at += range.Count;
            }
        }
    }
}
