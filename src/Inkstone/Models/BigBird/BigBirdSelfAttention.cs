using System.Collections.Concurrent;
using Inkstone.Batching;
using Inkstone.Models.Bert;
using Inkstone.Torch;
using Inkstone.Torch.Kernels;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.BigBird;

/// <summary>
/// Every block of tokens looks at itself, its neighbors, the first and the last block and some random ones; the first and the last look at all. Texts
/// too short for that look at all of their tokens.
/// </summary>
/// <remarks>
/// Zaheer et al. 2020 (arXiv:2007.14062), as transformers computes one text: blocks are those of the text itself, padded to whole ones; as there,
/// dropout works on the probabilities of short texts only, and where nothing is trained every random block is the first, which counts again each time.
/// </remarks>
internal sealed class BigBirdSelfAttention : SelfAttention
{
    private readonly BigBirdConfig config;
    private readonly int layer;
    private readonly ModelContext context;
    private readonly JoinedLinear projections;
    private readonly Dropout dropout;
    private readonly ConcurrentDictionary<int, int[][][]> drawn = new();   // by number of blocks
    private readonly int[][][] none;

    public BigBirdSelfAttention(BigBirdConfig config, int layer, ModelContext context)
    {
        (this.config, this.layer, this.context) = (config, layer, context);
        projections = Child("", new JoinedLinear(config.Bert.HiddenSize, config.Bert.HiddenSize, context, "query", "key", "value"));
        dropout = new Dropout(config.Bert.AttentionProbsDropoutProb, context.Dropout);
        none = [[new int[config.NumRandomBlocks]]];
    }

    private int Heads => config.Bert.NumAttentionHeads;

    public override Tensor Forward(Hidden hidden, Hidden asking, PackedBatch batch, ForwardTrace? trace)
    {
        var tokensAsk = hidden == asking;
        var product = projections.Product(hidden.ForProduct, 0, 3);                                                // [N, 3H]
        var seen = trace is null ? null : new PatternTrace(batch, Heads);
        var mixed = PatternMixing.Forward(product, projections, Pattern(batch.ChunkLengths, tokensAsk), Heads, dropout, context, seen);   // [N, H]
        if (seen is not null)
        {
            trace!.Attentions.Add(seen.Attentions);
        }

        return tokensAsk ? mixed : mixed.IndexSelect(0, batch.FirstTokens);
    }

    /// <summary>Who looks at whom, or with <paramref name="tokensAsk"/> false, at whom each chunk's first token looks.</summary>
    internal AttentionPattern Pattern(IReadOnlyList<int> chunkLengths, bool tokensAsk)
    {
        var chunks = new List<PatternChunk>();
        var first = 0;
        foreach (var length in chunkLengths)
        {
            var padded = Math.Max(length, config.PaddedLength);
            var isSparse = padded > (5 + (2 * config.NumRandomBlocks)) * config.BlockSize;
            var blocks = new List<QueryBlock>();
            if (!tokensAsk)
            {
                blocks.Add(new(first, 1, [[new(first, length)]]));
            }
            else if (isSparse)
            {
                AddSparse(blocks, first, length, (padded + config.BlockSize - 1) / config.BlockSize);
            }
            else
            {
                AddQueries(blocks, first, length, [[new(first, length)]]);
            }

            chunks.Add(new(first, length, DropsProbabilities: !isSparse, blocks));
            first += length;
        }

        return new(0, chunks);
    }

    private void AddSparse(List<QueryBlock> blocks, int first, int length, int count)
    {
        var random = context.Dropout.Enabled ? drawn.GetOrAdd(count, blockCount => RandomBlocks.Draw(layer, blockCount, config)) : none;
        for (var block = 0; block * config.BlockSize < length; block++)
        {
            var queries = Math.Min(config.BlockSize, length - (block * config.BlockSize));
            IReadOnlyList<IReadOnlyList<KeyRange>> keys = block == 0 || block == count - 1
                ? [[new(first, length)]]
                : [.. random.Select(ofHead => KeysOf(block, count, ofHead[ofHead.Length == 1 ? 0 : block - 1], first, length))];
            AddQueries(blocks, first + (block * config.BlockSize), queries, keys);
        }
    }

    private KeyRange[] KeysOf(int block, int count, int[] random, int first, int length)
    {
        int[] near = block == 1 ? [0, 1, 2, count - 1] : block == count - 2 ? [0, count - 3, count - 2, count - 1] : [0, block - 1, block, block + 1, count - 1];
        return
        [
            .. near.Concat(random)
                .Select(key => (Start: key * config.BlockSize, End: Math.Min((key + 1) * config.BlockSize, length)))
                .Where(key => key.Start < key.End)
                .Select(key => new KeyRange(first + key.Start, key.End - key.Start)),
        ];
    }

    private static void AddQueries(List<QueryBlock> blocks, int first, int count, IReadOnlyList<IReadOnlyList<KeyRange>> keys)
    {
        for (var query = 0; query < count; query += AttentionPattern.BlockSize)
        {
            blocks.Add(new(first + query, Math.Min(AttentionPattern.BlockSize, count - query), keys));
        }
    }
}
