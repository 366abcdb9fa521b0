using System.Runtime.InteropServices;
using Inkstone.Batching;
using Inkstone.Models;
using Inkstone.Torch;

namespace Inkstone.Explaining;

/// <summary>Takes from a model all that it learned and leaves how its weights are distributed.</summary>
/// <remarks>Adebayo et al. 2018 (arXiv:1810.03292): a map that looks the same afterwards did not come from what the model learned.</remarks>
public static class WeightShuffle
{
    /// <summary>Puts the numbers of every parameter into a random order, for good.</summary>
    /// <param name="model">A model that will not be used any more.</param>
    /// <param name="seed">The same seed gives the same order.</param>
    public static void Apply(IDocumentClassifier model, long seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var noGrad = GradMode.NoGrad();
        var stream = 0;
        foreach (var (_, value) in model.NamedParameters())
        {
            using var scope = TensorScope.New();
            var numbers = value.ToFloats();
            new SeededRandom(seed, stream++).Shuffle(numbers.AsSpan());
            value.CopyInPlace(Tensor.FromBytes(MemoryMarshal.AsBytes<float>(numbers), DType.Float32, value.Shape));
        }
    }
}
