using Inkstone.Torch;

namespace Inkstone.Models;

/// <summary>Collects what a forward pass usually throws away. Asking for it makes the pass compute every token of every layer.</summary>
public sealed class ForwardTrace
{
    /// <summary>After the embeddings and after each layer, float32 <c>[tokens, hidden]</c>.</summary>
    public IList<Tensor> HiddenStates { get; } = [];

    /// <summary>Attention probabilities of each layer before dropout, float32 <c>[chunks, heads, longest, longest]</c>.</summary>
    public IList<Tensor> Attentions { get; } = [];
}
