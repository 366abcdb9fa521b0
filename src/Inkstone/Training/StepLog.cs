using Inkstone.Tracking;

namespace Inkstone.Training;

/// <summary>Turns the results of steps into the records of a log: every step for progress, every few steps for good.</summary>
internal sealed class StepLog(IRunObserver observer, TrainingClock clock, int loggingSteps, long totalSteps)
{
    private double lossSum;
    private int steps;

    /// <summary>Epochs done at the last step, with their fraction.</summary>
    public double Epoch { get; private set; }

    public void Add(long step, double epoch, StepResult result, double learningRate)
    {
        Epoch = epoch;
        lossSum += result.Loss;
        steps++;
        observer.StepDone(Record(result.Loss));
        if (step % loggingSteps == 0 || step == totalSteps)
        {
            observer.StepLogged(Record(lossSum / steps));
            (lossSum, steps) = (0, 0);
        }

        StepRecord Record(double loss) => new(
            step, totalSteps, epoch, loss, result.GradNorm, learningRate, clock.SamplesPerSecond, clock.TokensPerSecond, clock.Seconds);
    }
}
