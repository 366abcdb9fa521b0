using Inkstone.Checkpoints;
using Inkstone.Tracking;

namespace Inkstone.Training;

/// <summary>Turns the results of steps into the records of a log: every step for progress, every few steps for good.</summary>
internal sealed class StepLog(IRunObserver observer, TrainingClock clock, int loggingSteps, long totalSteps)
{
    private StepRecord? latest;
    private double lossSum;
    private int steps;

    /// <summary>Epochs done at the last step, with their fraction.</summary>
    public double Epoch => latest?.Epoch ?? 0;

    public void Add(long step, double epoch, StepResult result, double learningRate)
    {
        lossSum += result.Loss;
        steps++;
        latest = new(
            step, totalSteps, epoch, result.Loss, result.GradNorm, learningRate, clock.SamplesPerSecond, clock.TokensPerSecond, clock.Seconds)
        {
            PaddingShare = result.PaddingShare,
        };
        observer.StepDone(latest);
        if (step % loggingSteps == 0 || step == totalSteps)
        {
            Flush();
        }
    }

    public void Keep(TrainingState state)
    {
        state.Keep("latest_step", ref latest);
        state.Keep("unlogged_loss_sum", ref lossSum);
        state.Keep("unlogged_steps", ref steps);
    }

    /// <summary>Logs the steps since the last record, for a run that ends before its plan does.</summary>
    public void Flush()
    {
        if (steps > 0)
        {
            observer.StepLogged(latest! with { Loss = lossSum / steps });
            (lossSum, steps) = (0, 0);
        }
    }
}
