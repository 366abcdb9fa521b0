using Inkstone.Torch.Kernels;

namespace Inkstone.Torch.Nn;

/// <summary>Attention inside each chunk of a packed batch.</summary>
public static class Attention
{
    /// <summary>Mixes values by <c>dropout(softmax(q·kᵀ / √size))</c>, head by head, on the CPU and without padding.</summary>
    /// <param name="products">
    /// Queries, keys and values side by side, <c>[tokens, 3 · hidden]</c>; or queries of each chunk's first token alone, <c>[chunks, hidden]</c>, and keys and values
    /// side by side, <c>[tokens, 2 · hidden]</c>. All without biases.
    /// </param>
    /// <param name="projections">The layers that they come from: query, key, value.</param>
    /// <param name="chunkLengths">Tokens of each chunk.</param>
    /// <param name="heads">How many heads share the hidden width.</param>
    /// <param name="dropout">Of the probabilities.</param>
    /// <param name="lengthsBefore">Tokens of each chunk of the batch that comes before these, for <paramref name="dropout"/>; null for none.</param>
    /// <returns><c>[queries, hidden]</c>, or null where the tensors lie elsewhere or otherwise: compute it by operators then.</returns>
    public static Tensor? Forward(
        Tensor[] products, JoinedLinear projections, IReadOnlyList<int> chunkLengths, int heads, Dropout dropout, IReadOnlyList<int>? lengthsBefore = null)
    {
        ArgumentNullException.ThrowIfNull(projections);
        ArgumentNullException.ThrowIfNull(dropout);
        return PackedAttention.Takes(products)
            ? new PackedAttention(chunkLengths, heads, dropout.Rate, dropout.Stream(), lengthsBefore).Apply([.. products, .. projections.Parts.Select(part => part.Bias)])[0]
            : null;
    }
}
