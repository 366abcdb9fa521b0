using Inkstone.Torch.Kernels;

namespace Inkstone.Torch.Nn;

/// <summary>Nonlinearities behind a projection.</summary>
public static class Activation
{
    /// <summary><c>gelu(product + bias)</c> by the error function: on the CPU in one pass, elsewhere operator by operator.</summary>
    /// <param name="product">A projection without its bias, <c>[rows, width]</c>.</param>
    /// <param name="bias">Its bias, <c>[width]</c>.</param>
    /// <returns>In the product's shape and dtype.</returns>
    public static Tensor Gelu(Tensor product, Tensor bias) => BiasGelu.Takes(product, bias)
        ? new BiasGelu().Apply(product, bias)[0]
        : (product + bias.To(product.DType)).Gelu();
}
