namespace Inkstone.Losses;

/// <summary>How frequent the classes are, on the scale of logits: the number that logit adjustment adds or takes away.</summary>
/// <remarks>Menon et al. 2021 (arXiv:2007.07314).</remarks>
internal static class LogPrior
{
    /// <summary>τ · log π. A class without rows counts as if it had one: log 0 would spoil a smoothed target.</summary>
    /// <param name="counts">Training rows of each class.</param>
    /// <param name="tau">Strength; 0 adjusts nothing.</param>
    public static double[] Of(IReadOnlyList<int> counts, double tau)
    {
        double rows = counts.Sum();
        return [.. counts.Select(count => tau * Math.Log(Math.Max(count, 1) / rows))];
    }
}
