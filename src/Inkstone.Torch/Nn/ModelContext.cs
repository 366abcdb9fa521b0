namespace Inkstone.Torch.Nn;

/// <summary>What all parts of one model share: where it computes, how precisely, and where dropout takes its chance from.</summary>
/// <param name="device">Device of every parameter.</param>
public sealed class ModelContext(Device device)
{
    /// <summary>Device of every parameter.</summary>
    public Device Device { get; } = device;

    /// <summary>
    /// Dtype of matrix products: float32, bfloat16, or on a GPU float16 (training then needs a <see cref="Optim.GradScaler"/>). The residual stream, LayerNorm, softmax, loss and the weights
    /// themselves stay float32 (mixed precision, Micikevicius et al. 2018, arXiv:1710.03740).
    /// </summary>
    public DType GemmDType { get; set; } = DType.Float32;

    /// <summary>
    /// Computes attention by libtorch's operators over a padded rectangle also where one kernel over packed rows could do it: to
    /// compare the two. Default false.
    /// </summary>
    public bool AttentionByOperators { get; set; }

    /// <summary>Chance for every dropout of the model.</summary>
    public DropoutSource Dropout { get; } = new();
}
