using Inkstone.Batching;
using Inkstone.Models.Bert;
using Inkstone.Torch;
using Inkstone.Torch.Kernels;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.Longformer;

/// <summary>
/// Every token looks at <c>[CLS]</c> and at the tokens in a window around it; <c>[CLS]</c>, through projections of its own, looks at all. The cost is
/// that of tokens × window, whatever the length.
/// </summary>
/// <remarks>Beltagy et al. 2020, section 3.1 (arXiv:2004.05150); global attention on <c>[CLS]</c> as for classification there. Packed rows need no padding to whole windows.</remarks>
internal sealed class LongformerSelfAttention : SelfAttention
{
    private static readonly Operator IndexCopy = Operator.Find("aten::index_copy");

    private readonly ModelContext context;
    private readonly JoinedLinear projections;
    private readonly BertSelfAttention global;
    private readonly Dropout dropout;
    private readonly int heads;
    private readonly int reach;

    public LongformerSelfAttention(BertConfig config, int attentionWindow, ModelContext context)
    {
        this.context = context;
        projections = Child("", new JoinedLinear(config.HiddenSize, config.HiddenSize, context, "query", "key", "value"));
        dropout = new Dropout(config.AttentionProbsDropoutProb, context.Dropout);
        global = Child("", new BertSelfAttention(config, context, "_global"));
        (heads, reach) = (config.NumAttentionHeads, attentionWindow / 2);
    }

    public override Tensor Forward(Hidden hidden, Hidden asking, PackedBatch batch, ForwardTrace? trace)
    {
        var tokensAsk = hidden == asking;
        var globalTrace = trace is null ? null : new ForwardTrace();
        var firstTokens = global.Forward(hidden, tokensAsk ? hidden.Rows(batch.FirstTokens) : asking, batch, globalTrace);   // [C, H]
        if (!tokensAsk)
        {
            return firstTokens;
        }

        var product = projections.Product(hidden.ForProduct, 0, 3);                                                 // [N, 3H]
        var seen = trace is null ? null : new PatternTrace(batch, heads);
        var local = PatternMixing.Forward(product, projections, Pattern(batch, reach), heads, dropout, context, seen);   // [N, H]
        if (seen is not null)
        {
            seen.AddFirstTokens(globalTrace!.Attentions[0]);
            trace!.Attentions.Add(seen.Attentions);
        }

        return IndexCopy.Call(local, 0, batch.FirstTokens, firstTokens);                                            // [N, H]
    }

    /// <summary>The window of every token but <c>[CLS]</c>, and <c>[CLS]</c> itself as a key.</summary>
    internal static AttentionPattern Pattern(PackedBatch batch, int reach)
    {
        var chunks = new List<PatternChunk>();
        var first = 0;
        foreach (var length in batch.ChunkLengths)
        {
            var end = first + length;
            var blocks = new List<QueryBlock>();
            for (var query = first + 1; query < end; query += AttentionPattern.BlockSize)
            {
                var queries = Math.Min(AttentionPattern.BlockSize, end - query);
                var from = Math.Max(first + 1, query - reach);
                var to = Math.Min(end, query + queries + reach);
                blocks.Add(new(query, queries, [[new(first, 1), new(from, to - from, IsWindow: true)]]));
            }

            chunks.Add(new(first, length, DropsProbabilities: true, blocks));
            first = end;
        }

        return new(reach, chunks);
    }
}
