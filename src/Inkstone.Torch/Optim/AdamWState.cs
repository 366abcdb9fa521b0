namespace Inkstone.Torch.Optim;

/// <summary>What AdamW remembers of one parameter, under PyTorch's names. It exists from the parameter's first gradient on.</summary>
/// <param name="step">Steps taken.</param>
/// <param name="expAvg">Running mean of gradients.</param>
/// <param name="expAvgSq">Running mean of squared gradients.</param>
public sealed class AdamWState(long step, Tensor expAvg, Tensor expAvgSq)
{
    /// <summary>Steps taken by this parameter; steps without a gradient do not count.</summary>
    public long Step { get; internal set; } = step;

    /// <summary>Running mean of gradients, in the parameter's shape.</summary>
    public Tensor ExpAvg { get; } = expAvg;

    /// <summary>Running mean of squared gradients, in the parameter's shape.</summary>
    public Tensor ExpAvgSq { get; } = expAvgSq;
}
