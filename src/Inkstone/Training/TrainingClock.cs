using System.Globalization;

namespace Inkstone.Training;

/// <summary>Counts rows, tokens and the seconds spent on steps; evaluating and saving do not count.</summary>
internal sealed class TrainingClock(TimeProvider time)
{
    private TimeSpan spent;

    public long Documents { get; private set; }

    public long Tokens { get; private set; }

    /// <summary>Places in attention's rectangles so far.</summary>
    public long Slots { get; private set; }

    public double Seconds => spent.TotalSeconds;

    public double SamplesPerSecond => Rate(Documents);

    public double TokensPerSecond => Rate(Tokens);

    public StepResult Time(Func<StepResult> step)
    {
        var began = time.GetTimestamp();
        var result = step();
        spent += time.GetElapsedTime(began);
        Documents += result.Documents;
        Tokens += result.Tokens;
        Slots += result.Slots;
        return result;
    }

    /// <summary>How much of the computing padding took so far, and how much it would take without packing.</summary>
    public string PaddingNotice() => string.Create(
        CultureInfo.InvariantCulture,
        $"{100 * (1 - ((double)Tokens / Math.Max(1, Slots))):0.0} % of attention's places were padding in the first epoch; all other layers computed none (training.group_by_length, training.tokens_per_batch).");

    private double Rate(long count) => spent > TimeSpan.Zero ? count / spent.TotalSeconds : 0;
}
