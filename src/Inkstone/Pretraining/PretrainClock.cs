using Inkstone.Checkpoints;

namespace Inkstone.Pretraining;

/// <summary>How long a run has trained, over all the processes that it took; what is lost with a killed process does not count.</summary>
internal sealed class PretrainClock(TimeProvider time)
{
    private readonly long began = time.GetTimestamp();
    private TimeSpan before;
    private TimeSpan inSteps;
    private long tokens;

    /// <summary>All of it: steps, judging, saving.</summary>
    public TimeSpan Elapsed => before + time.GetElapsedTime(began);

    /// <summary>Tokens trained on.</summary>
    public long Tokens => tokens;

    /// <summary>Tokens a second of steps.</summary>
    public double TokensPerSecond => inSteps > TimeSpan.Zero ? tokens / inSteps.TotalSeconds : 0;

    /// <summary>Makes a step and counts it.</summary>
    public PretrainStepResult Time(Func<PretrainStepResult> step)
    {
        var from = time.GetTimestamp();
        var result = step();
        inSteps += time.GetElapsedTime(from);
        tokens += result.Tokens;
        return result;
    }

    public void Keep(TrainingState state)
    {
        var elapsed = Elapsed;
        state.Keep("elapsed", ref elapsed);
        state.Keep("time_in_steps", ref inSteps);
        state.Keep("tokens", ref tokens);
        if (state.IsRead)
        {
            before = elapsed;
        }
    }
}
