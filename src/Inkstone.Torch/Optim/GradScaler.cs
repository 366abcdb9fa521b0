using System.Globalization;

namespace Inkstone.Torch.Optim;

/// <summary>
/// Dynamic loss scaling: gradients of float16 products are kept from vanishing by a large factor on the loss, and a step in which they
/// overflow under it is skipped.
/// </summary>
/// <remarks>
/// Micikevicius et al. 2018, section 3.2 (arXiv:1710.03740), with the numbers and the order of <c>torch.amp.GradScaler</c>: the scale halves
/// after a step with an infinite or undefined gradient, and doubles after so many good steps in a row. Scales are powers of two, so
/// that scaling changes no bit of a gradient that neither overflows nor vanishes. Not safe for use from several threads at once.
/// </remarks>
public sealed class GradScaler
{
    /// <summary>The scale of a new scaler.</summary>
    public const double InitialScale = 65536;

    /// <summary>A scale below this helps no gradient any more: what overflows under it is infinite by itself.</summary>
    public const double SmallestScale = 1e-4;

    private const double GrowthFactor = 2;
    private const double BackoffFactor = 0.5;

    private readonly int growthInterval;
    private GradScalerState state;

    /// <summary>A scaler that has seen no step.</summary>
    /// <param name="scale">The first scale, above 0; best a power of two.</param>
    /// <param name="growthInterval">Good steps in a row after which the scale doubles, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public GradScaler(double scale = InitialScale, int growthInterval = 2000)
    {
        Require(scale > 0 && double.IsFinite(scale), nameof(scale), "above 0", scale);
        Require(growthInterval >= 1, nameof(growthInterval), "at least 1", growthInterval);
        this.growthInterval = growthInterval;
        state = new(scale, 0, 0);
    }

    /// <summary>All that the next step depends on; for checkpoints.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A scale that is not above 0, or a negative count, is set.</exception>
    public GradScalerState State
    {
        get => state;
        set
        {
            Require(value.Scale > 0 && double.IsFinite(value.Scale), nameof(value), "above 0 (scale)", value.Scale);
            Require(value.GoodSteps >= 0, nameof(value), "0 or more (good steps)", value.GoodSteps);
            Require(value.SkippedSteps >= 0, nameof(value), "0 or more (skipped steps)", value.SkippedSteps);
            state = value;
        }
    }

    /// <summary>Factor on the loss of the next step.</summary>
    public double Scale => state.Scale;

    /// <summary>Steps skipped so far.</summary>
    public long SkippedSteps => state.SkippedSteps;

    /// <summary>Whether the scale has shrunk to where shrinking does not help: the numbers of the model themselves have run away.</summary>
    public bool IsExhausted => state.Scale < SmallestScale;

    /// <summary>Loss times scale: to be differentiated in the loss's place, by every backward pass of a step.</summary>
    public Tensor ScaleLoss(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss * state.Scale;
    }

    /// <summary>Takes the optimizer's step with the scale taken out of the gradients, or skips it; then shrinks or grows the scale.</summary>
    /// <param name="optimizer">Its gradients are those of scaled losses, all of this scale.</param>
    /// <param name="maxGradNorm">As for <see cref="AdamW.ClipAndStep"/>; it bounds the norm without the scale.</param>
    /// <returns>The norm before clipping, without the scale. If it is NaN or infinite, the step was skipped: parameters and state are as before.</returns>
    public double ClipAndStep(AdamW optimizer, double maxGradNorm)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var norm = optimizer.ClipAndStep(maxGradNorm, 1 / state.Scale);
        state = !double.IsFinite(norm)
            ? new(state.Scale * BackoffFactor, 0, state.SkippedSteps + 1)
            : state.GoodSteps + 1 < growthInterval || !float.IsFinite((float)(state.Scale * GrowthFactor))
                ? state with { GoodSteps = state.GoodSteps + 1 }
                : state with { Scale = state.Scale * GrowthFactor, GoodSteps = 0 };
        return norm;
    }

    private static void Require(bool holds, string name, string rule, double value)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture, $"{name} must be {rule}, but is {value}."));
        }
    }
}

/// <summary>What a <see cref="GradScaler"/> remembers.</summary>
/// <param name="Scale">Factor on the loss of the next step.</param>
/// <param name="GoodSteps">Steps taken since the scale changed last.</param>
/// <param name="SkippedSteps">Steps skipped since the beginning.</param>
public readonly record struct GradScalerState(double Scale, int GoodSteps, long SkippedSteps);
