using Inkstone.Batching;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models;

/// <summary>Token ids to one vector for each token; the part of a classifier below its head.</summary>
internal abstract class TokenEncoder : Module
{
    /// <summary>Last hidden states of every token, float32 <c>[tokens, hidden]</c>.</summary>
    public abstract Tensor Forward(PackedBatch batch, ForwardTrace? trace);

    /// <summary>Last hidden state of each chunk's <c>[CLS]</c>, float32 <c>[chunks, hidden]</c>.</summary>
    public abstract Tensor ForwardFirstTokens(PackedBatch batch, ForwardTrace? trace);
}
