using Inkstone.Torch.Kernels;

namespace Inkstone.Torch.Nn;

/// <summary>The loss of guesses among many classes.</summary>
public static class CrossEntropy
{
    /// <summary>Mean over the rows of <c>−log softmax(product + bias)[target]</c>: on the CPU in one pass with its gradient, elsewhere operator by operator.</summary>
    /// <param name="product">A projection without its bias, <c>[rows, classes]</c>.</param>
    /// <param name="bias">Its bias, float32 <c>[classes]</c>.</param>
    /// <param name="targets">The right class of each row, int64 <c>[rows]</c>.</param>
    /// <returns>A float32 scalar.</returns>
    public static Tensor Mean(Tensor product, Tensor bias, Tensor targets) => BiasCrossEntropy.Takes(product, bias, targets)
        ? new BiasCrossEntropy(targets).Apply(product, bias)[0]
        : (product.To(DType.Float32) + bias).CrossEntropy(targets);
}
