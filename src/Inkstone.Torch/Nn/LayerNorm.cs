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

    /// <summary>Float32 <c>[…, dimension]</c> to the same shape.</summary>
    public Tensor Forward(Tensor input) => input.LayerNorm([dimension], weight.Value, bias.Value, epsilon);
}
