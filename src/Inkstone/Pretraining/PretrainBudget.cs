namespace Inkstone.Pretraining;

/// <summary>When a run is over: after steps, epochs or hours, whichever comes first.</summary>
internal sealed class PretrainBudget
{
    private readonly double? steps;
    private readonly TimeSpan? hours;

    /// <param name="options">Steps, epochs, hours; one epoch where they say nothing.</param>
    /// <param name="stepsPerEpoch">Steps of a pass over the corpus.</param>
    public PretrainBudget(PretrainOptions options, int stepsPerEpoch)
    {
        hours = options.MaxHours is { } most ? TimeSpan.FromHours(most) : null;
        var epochs = options.Epochs ?? (options.MaxSteps is null && hours is null ? 1 : null);
        var ofEpochs = epochs is { } count ? Math.Max(1, Math.Ceiling(count * stepsPerEpoch)) : (double?)null;
        steps = (options.MaxSteps, ofEpochs) is ({ } given, { } passes) ? Math.Min(given, passes) : options.MaxSteps ?? ofEpochs;
    }

    /// <summary>What is spent, 0 to 1 and beyond: 1 ends the run.</summary>
    public double Share(long step, TimeSpan elapsed) => Math.Max(step / steps ?? 0, elapsed / hours ?? 0);
}
