using Inkstone.Batching;
using Inkstone.Models.Bert;
using Inkstone.Recipes;
using Inkstone.Torch;

namespace Inkstone.Models;

/// <summary>One vector for each chunk of a batch, from an encoder's vectors of its tokens.</summary>
internal static class ChunkPooling
{
    /// <summary>Encodes a batch and pools it.</summary>
    /// <returns><c>[chunks, hidden]</c>.</returns>
    public static Tensor Encode(BertModel bert, Pooling pooling, PackedBatch batch, ForwardTrace? trace) => pooling switch
    {
        Pooling.Pooler => bert.ForwardPooled(batch, trace),
        Pooling.Cls => bert.ForwardFirstTokens(batch, trace),
        Pooling.Mean => MeanOfTokens(bert.Forward(batch, trace), batch),
        _ => throw new InvalidOperationException($"No such pooling: {pooling}."),
    };

    /// <summary>Mean over a chunk's tokens, <c>[CLS]</c> and <c>[SEP]</c> among them: <c>[N, H]</c> to <c>[C, H]</c>.</summary>
    public static Tensor MeanOfTokens(Tensor hidden, PackedBatch batch)
    {
        var chunks = hidden.SplitWithSizes([.. batch.ChunkLengths.Select(length => (long)length)], 0);
        return Tensor.Stack(Array.ConvertAll(chunks, chunk => chunk.Mean([0])), 0);
    }
}
