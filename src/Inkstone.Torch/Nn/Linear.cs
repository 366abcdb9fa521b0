namespace Inkstone.Torch.Nn;

/// <summary>y = x·Wᵀ + b, computed in <see cref="ModelContext.GemmDType"/>.</summary>
public sealed class Linear : Module
{
    private readonly ModelContext context;
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Weights are uninitialized: load them, or fill them.</summary>
    public Linear(long inFeatures, long outFeatures, ModelContext context)
        : this(Tensor.Empty([outFeatures, inFeatures], DType.Float32, context.Device), context)
    {
    }

    /// <summary>Over a weight <c>[out, in]</c> that may be part of a wider tensor; takes it over.</summary>
    internal Linear(Tensor weight, ModelContext context)
    {
        this.context = context;
        this.weight = Register("weight", weight);
        bias = Register("bias", Tensor.Empty([weight.Size(0)], DType.Float32, context.Device));
    }

    /// <summary><c>[out, in]</c>.</summary>
    public Tensor Weight => weight.Value;

    /// <summary><c>[out]</c>.</summary>
    public Tensor Bias => bias.Value;

    /// <summary>Dtype in which <see cref="Forward"/> computes; an input that has it already is not copied.</summary>
    public DType ComputeDType => context.GemmDType;

    /// <summary><c>[…, in]</c> to <c>[…, out]</c>, in the dtype of the product.</summary>
    public Tensor Forward(Tensor input)
    {
        var dtype = context.GemmDType;
        return input.To(dtype).Linear(Weight.To(dtype), Bias.To(dtype));
    }

    /// <summary>x·Wᵀ alone, for a kernel that adds <see cref="Bias"/> on its way: <c>[…, in]</c> to <c>[…, out]</c>.</summary>
    public Tensor Product(Tensor input)
    {
        var dtype = context.GemmDType;
        return input.To(dtype).Linear(Weight.To(dtype));
    }

    /// <summary>Keeps the weight in the product's dtype, so that no call converts them again. For inference only.</summary>
    public void CastForInference() => weight.Cast(context.GemmDType);

    /// <summary>Takes a weight that is cast already, part of a wider tensor.</summary>
    internal void UseForInference(Tensor castWeight) => weight.Replace(castWeight);
}
