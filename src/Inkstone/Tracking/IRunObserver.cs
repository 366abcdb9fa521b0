using Inkstone.Evaluating;

namespace Inkstone.Tracking;

/// <summary>One optimizer step, or the mean over a few of them, as a run's log shows it.</summary>
/// <param name="Step">1-based.</param>
/// <param name="TotalSteps">Steps that the run will make.</param>
/// <param name="Epoch">Epochs done so far, with their fraction.</param>
/// <param name="Loss">Mean loss of the steps since the last record.</param>
/// <param name="GradNorm">Norm of the gradients before clipping, of this step.</param>
/// <param name="LearningRate">Highest rate of the parameter groups, used by this step.</param>
/// <param name="SamplesPerSecond">Rows a second, since training began, evaluating and saving left out.</param>
/// <param name="TokensPerSecond">Tokens a second, likewise.</param>
/// <param name="Seconds">Spent training so far, likewise.</param>
public sealed record StepRecord(
    long Step, long TotalSteps, double Epoch, double Loss, double GradNorm, double LearningRate, double SamplesPerSecond, double TokensPerSecond, double Seconds)
{
    /// <summary>Share of the places in rectangles of chunks by longest chunk that held no token in this step, 0 to 1: what padded batches would compute everywhere, attention on a GPU does, and the CPU does not.</summary>
    public double PaddingShare { get; init; }

    /// <summary>Steps until this epoch, or a run that ends in it, is over; null where there are no epochs.</summary>
    public long? StepsLeftInEpoch { get; init; }

    /// <summary>With <c>training.fp16</c>: what the loss of the next step will be multiplied by; otherwise null.</summary>
    public double? LossScale { get; init; }

    /// <summary>With <c>training.fp16</c>: steps skipped so far, because gradients overflowed; otherwise null.</summary>
    public long? SkippedSteps { get; init; }
}

/// <summary>The model's state on the validation rows after a step.</summary>
public sealed record EvaluationRecord(long Step, double Epoch, string Split, ClassificationMetrics Metrics, double SamplesPerSecond, double TokensPerSecond, double Seconds);

/// <summary>Whoever wants to know how a run goes: the log, the console, a test.</summary>
public interface IRunObserver
{
    /// <summary>A sentence for the person who started the run.</summary>
    void Notice(string message);

    /// <summary>A step is done; called for every step, also those that are not logged.</summary>
    void StepDone(StepRecord record);

    /// <summary>A step that belongs into the log (every <c>logging_steps</c>).</summary>
    void StepLogged(StepRecord record);

    /// <summary>Rows of an evaluation are done.</summary>
    void EvaluationProgress(string split, int done, int total);

    /// <summary>An evaluation is done.</summary>
    void Evaluated(EvaluationRecord record);
}
