using Inkstone.Checkpoints;
using Inkstone.Torch.Optim;
using Inkstone.Tracking;

namespace Inkstone.Training;

/// <summary>Turns the results of steps into the records of a log: every step for progress, every few steps for good.</summary>
internal sealed class StepLog(IRunObserver observer, TrainingClock clock, int loggingSteps, long totalSteps, GradScaler? scaler = null)
{
    private StepRecord? latest;
    private double lossSum;
    private int steps;

    /// <summary>Epochs done at the last step, with their fraction.</summary>
    public double Epoch => latest?.Epoch ?? 0;

    /// <param name="step">1-based.</param>
    /// <param name="epoch">Epochs done, with their fraction.</param>
    /// <param name="stepsLeftInEpoch">Steps until the epoch is over.</param>
    /// <param name="result">What the step did.</param>
    /// <param name="learningRate">The highest that it used.</param>
    public void Add(long step, double epoch, long stepsLeftInEpoch, StepResult result, double learningRate)
    {
        if (!result.IsSkipped || double.IsFinite(result.Loss))   // a step that float16 made overflow has no loss to speak of
        {
            lossSum += result.Loss;
            steps++;
        }

        latest = new(
            step, totalSteps, epoch, result.Loss, result.GradNorm, learningRate, clock.SamplesPerSecond, clock.TokensPerSecond, clock.Seconds)
        {
            PaddingShare = result.PaddingShare,
            StepsLeftInEpoch = stepsLeftInEpoch,
            LossScale = scaler?.Scale,
            SkippedSteps = scaler?.SkippedSteps,
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
