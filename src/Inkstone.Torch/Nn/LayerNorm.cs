using Inkstone.Torch.Kernels;

namespace Inkstone.Torch.Nn;

/// <summary>Normalizes the last dimension, then scales and shifts it.</summary>
/// <remarks>Ba, Kiros and Hinton 2016 (arXiv:1607.06450).</remarks>
public sealed class LayerNorm : Module
{
    private readonly long dimension;
    private readonly double epsilon;
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Starts as the plain normalization: scale 1, shift 0.</summary>
    public LayerNorm(long dimension, double epsilon, ModelContext context)
    {
        this.dimension = dimension;
        this.epsilon = epsilon;
        weight = Register("weight", Tensor.Ones([dimension], DType.Float32, context.Device));
        bias = Register("bias", Tensor.Zeros([dimension], DType.Float32, context.Device));
    }

    /// <summary>Normalizes <c>residual + dropout(product + bias)</c>: on the CPU in one pass, elsewhere operator by operator.</summary>
    /// <param name="product">A projection without its bias, <c>[rows, dimension]</c>.</param>
    /// <param name="bias">Its bias, <c>[dimension]</c>.</param>
    /// <param name="residual">Float32 <c>[rows, dimension]</c>.</param>
    /// <param name="dropout">Of the projection.</param>
    /// <param name="firstRow">The rows of the batch that come before these, for <paramref name="dropout"/>.</param>
    public Hidden Forward(Tensor product, Tensor bias, Tensor residual, Dropout dropout, long firstRow = 0)
    {
        ArgumentNullException.ThrowIfNull(dropout);
        if (DropoutNorm.Takes(product, residual))
        {
            var outputs = new DropoutNorm(dropout.Rate, dropout.Stream(firstRow), epsilon).Apply(product, bias, residual, weight.Value, this.bias.Value);
            return new(outputs[0], outputs[1]);
        }

        var normalized = Forward(residual + dropout.Forward(product + bias.To(product.DType), firstRow));
        return new(normalized, normalized);
    }

    /// <summary>Float32 <c>[…, dimension]</c> to the same shape.</summary>
    public Tensor Forward(Tensor input) => input.LayerNorm([dimension], weight.Value, bias.Value, epsilon);
}
