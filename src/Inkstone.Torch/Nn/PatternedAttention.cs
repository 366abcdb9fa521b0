using Inkstone.Torch.Kernels;

namespace Inkstone.Torch.Nn;

/// <summary>Attention of a packed batch whose tokens look at some of their chunk's tokens only.</summary>
public static class PatternedAttention
{
    /// <summary>Mixes values by <c>dropout(softmax(q·kᵀ / √size))</c> over the keys that each token looks at, head by head.</summary>
    /// <param name="product">Queries, keys and values side by side, <c>[tokens, 3 · hidden]</c>, without biases.</param>
    /// <param name="projections">The layers that they come from: query, key, value.</param>
    /// <param name="pattern">Who looks at whom.</param>
    /// <param name="heads">How many heads share the hidden width.</param>
    /// <param name="dropout">Of the probabilities.</param>
    /// <returns><c>[tokens, hidden]</c>, or null where the product lies elsewhere or otherwise: compute it by operators then.</returns>
    public static Tensor? Forward(Tensor product, JoinedLinear projections, AttentionPattern pattern, int heads, Dropout dropout)
    {
        ArgumentNullException.ThrowIfNull(projections);
        ArgumentNullException.ThrowIfNull(dropout);
        return PackedAttention.Takes(product)
            ? new PatternAttention(pattern, heads, dropout.Rate, dropout.Stream()).Apply([product, .. projections.Parts.Select(part => part.Bias)])[0]
            : null;
    }

    /// <summary>The same through libtorch's operators: any device, and probabilities to look at. Its memory is linear in the keys looked at, too.</summary>
    /// <param name="product">Queries, keys and values side by side, <c>[tokens, 3 · hidden]</c>, without biases.</param>
    /// <param name="projections">The layers that they come from: query, key, value.</param>
    /// <param name="pattern">Who looks at whom.</param>
    /// <param name="heads">How many heads share the hidden width.</param>
    /// <param name="dropout">Of the probabilities.</param>
    /// <param name="seeProbabilities">Told the probabilities of some blocks before dropout, <c>[blocks, heads, queries, keys]</c>, and which they are.</param>
    /// <returns><c>[tokens, hidden]</c>.</returns>
    public static Tensor ForwardByOperators(
        Tensor product, JoinedLinear projections, AttentionPattern pattern, int heads, Dropout dropout, Action<Tensor, IReadOnlyList<QueryBlock>>? seeProbabilities = null)
    {
        ArgumentNullException.ThrowIfNull(product);
        ArgumentNullException.ThrowIfNull(projections);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(dropout);
        var (tokens, hidden) = (product.Size(0), product.Size(1) / 3);
        var size = hidden / heads;
        var (q, k, v) = (Part(0) * (1 / Math.Sqrt(size)), Part(1), Part(2));                                     // [N·A, D]
        var mixed = new List<Tensor>();
        var places = new long[tokens * heads];                                                                   // where each row's result stands in what was mixed
        var next = 1L;                                                                                           // row 0 is that of tokens which ask nothing
        var blocks = pattern.Before.Sum(chunk => chunk.Blocks.Count);
        foreach (var group in PatternGroup.Of(pattern, heads))
        {
            var scores = Gather(q, group.Queries).MatMul(Gather(k, group.Keys).Transpose(-2, -1)) + group.Bias(product.Device);   // [G, A, B, K]
            var probabilities = scores.Softmax(-1, DType.Float32);
            seeProbabilities?.Invoke(probabilities, group.Blocks);
            var dropped = group.DropsProbabilities ? dropout.Forward(probabilities, blocks) : probabilities;   // no two groups draw the same numbers
            blocks += group.Blocks.Count;
            mixed.Add(dropped.To(v.DType).MatMul(Gather(v, group.Keys)).Reshape(-1, size));                       // [G·A·B, D]
            next = group.Place(places, next);
        }

        var results = Tensor.Cat([Tensor.Zeros([1, size], v.DType, product.Device), .. mixed]);
        return results.IndexSelect(0, OnDevice(places)).View(tokens, hidden);

        Tensor Part(int part) => (product.Narrow(1, part * hidden, hidden) + projections.Parts[part].Bias.To(product.DType)).Reshape(tokens * heads, size);

        Tensor Gather(Tensor from, GroupRows index) => from.IndexSelect(0, OnDevice(index.Rows)).View(-1, heads, index.Width, size);

        Tensor OnDevice(long[] index) => Tensor.From<long>(index, index.Length).To(product.Device);
    }
}
