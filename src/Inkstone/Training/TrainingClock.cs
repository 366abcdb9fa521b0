namespace Inkstone.Training;

/// <summary>Counts rows, tokens and the seconds spent on steps; evaluating and saving do not count.</summary>
internal sealed class TrainingClock(TimeProvider time)
{
    private TimeSpan spent;

    public long Documents { get; private set; }

    public long Tokens { get; private set; }

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
        return result;
    }

    private double Rate(long count) => spent > TimeSpan.Zero ? count / spent.TotalSeconds : 0;
}
