namespace Inkstone.Pretraining;

/// <summary>How the learning rate moves between warm-up and end.</summary>
public enum PretrainScheduleType
{
    /// <summary>Falls in a straight line to 0 (Devlin et al. 2019, appendix A.2).</summary>
    Linear,

    /// <summary>Falls along half a cosine to 0 (Loshchilov and Hutter 2017, arXiv:1608.03983).</summary>
    Cosine,

    /// <summary>Stays at its peak, then falls in a straight line to 0 over the last <see cref="PretrainOptions.DecayRatio"/> (Hu et al. 2024, arXiv:2404.06395).</summary>
    Constant,
}

/// <summary>The factor of the learning rate as a function of the share of the budget that is spent: of steps, of epochs or of time.</summary>
/// <param name="Type">The shape of the curve.</param>
/// <param name="WarmupRatio">Share that the rate rises over, from 0.</param>
/// <param name="DecayRatio">Share at the end that a constant rate falls over.</param>
internal sealed record PretrainSchedule(PretrainScheduleType Type, double WarmupRatio, double DecayRatio)
{
    /// <summary>Whether a rate has begun to fall that was constant before.</summary>
    public bool IsDecaying(double share) => Type != PretrainScheduleType.Constant || (DecayRatio > 0 && share > 1 - DecayRatio);

    /// <summary>The factor, 0 to 1.</summary>
    /// <param name="share">What is spent of the budget, 0 to 1.</param>
    /// <param name="isWarm">Whether the warm-up was over before: a constant rate does not go back to it where the budget grows.</param>
    public double Factor(double share, bool isWarm = false)
    {
        if (share < WarmupRatio && !isWarm)
        {
            return share / WarmupRatio;
        }

        var left = Math.Max(0, 1 - share);
        return Type switch
        {
            PretrainScheduleType.Linear => left / (1 - WarmupRatio),
            PretrainScheduleType.Cosine => 0.5 * (1 + Math.Cos(Math.PI * (1 - (left / (1 - WarmupRatio))))),
            PretrainScheduleType.Constant => left < DecayRatio ? left / DecayRatio : 1,
            _ => throw new InvalidOperationException($"No formula for {Type}."),
        };
    }
}
