using System.Globalization;
using Inkstone.Checkpoints;

namespace Inkstone.Training;

/// <summary>Counts rows, tokens and the seconds spent on steps; evaluating and saving do not count.</summary>
internal sealed class TrainingClock(TimeProvider time)
{
    private TimeSpan spent;
    private long documents;
    private long tokens;
    private long slots;

    public long Documents => documents;

    public long Tokens => tokens;

    /// <summary>Places in attention's rectangles so far.</summary>
    public long Slots => slots;

    public double Seconds => spent.TotalSeconds;

    public double SamplesPerSecond => Rate(Documents);

    public double TokensPerSecond => Rate(Tokens);

    public StepResult Time(Func<StepResult> step)
    {
        var began = time.GetTimestamp();
        var result = step();
        spent += time.GetElapsedTime(began);
        documents += result.Documents;
        tokens += result.Tokens;
        slots += result.Slots;
        return result;
    }

    public void Keep(TrainingState state)
    {
        state.Keep("time_spent", ref spent);
        state.Keep("documents", ref documents);
        state.Keep("tokens", ref tokens);
        state.Keep("slots", ref slots);
    }

    /// <summary>How much of the computing padding took so far, or would have taken.</summary>
    /// <param name="attentionPads">Whether attention lays its batches out as rectangles; elsewhere nothing is padded.</param>
    public string PaddingNotice(bool attentionPads)
    {
        var share = 100 * (1 - ((double)Tokens / Math.Max(1, Slots)));
        return attentionPads
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{share:0.0} % of attention's places were padding in the first epoch; all other layers computed none (training.group_by_length, training.tokens_per_batch).")
            : string.Create(CultureInfo.InvariantCulture, $"No padding was computed; in padded batches it would have been {share:0.0} % of the first epoch.");
    }

    private double Rate(long count) => spent > TimeSpan.Zero ? count / spent.TotalSeconds : 0;
}
