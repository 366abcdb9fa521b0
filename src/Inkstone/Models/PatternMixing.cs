using Inkstone.Torch;
using Inkstone.Torch.Kernels;
using Inkstone.Torch.Nn;

namespace Inkstone.Models;

/// <summary>Attention after a pattern: by the kernel where it can, or else by operators.</summary>
internal static class PatternMixing
{
    /// <param name="product">Queries, keys and values side by side, <c>[N, 3H]</c>, without biases.</param>
    /// <param name="projections">The layers that they come from.</param>
    /// <param name="pattern">Who looks at whom.</param>
    /// <param name="heads">How many heads share the width.</param>
    /// <param name="dropout">Of the probabilities.</param>
    /// <param name="context">Says whether operators are asked for.</param>
    /// <param name="seen">Collects the probabilities; null for nothing.</param>
    /// <returns><c>[N, H]</c>; zeros for tokens that ask nothing.</returns>
    public static Tensor Forward(
        Tensor product, JoinedLinear projections, AttentionPattern pattern, int heads, Dropout dropout, ModelContext context, PatternTrace? seen)
    {
        var mixed = seen is null && !context.AttentionByOperators ? PatternedAttention.Forward(product, projections, pattern, heads, dropout) : null;
        return mixed ?? PatternedAttention.ForwardByOperators(product, projections, pattern, heads, dropout, seen is null ? null : seen.Add);
    }
}
