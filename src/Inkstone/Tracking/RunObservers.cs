namespace Inkstone.Tracking;

/// <summary>Tells several observers.</summary>
public sealed class RunObservers(params IReadOnlyList<IRunObserver> observers) : IRunObserver
{
    /// <inheritdoc/>
    public void Notice(string message) => Tell(observer => observer.Notice(message));

    /// <inheritdoc/>
    public void StepDone(StepRecord record) => Tell(observer => observer.StepDone(record));

    /// <inheritdoc/>
    public void StepLogged(StepRecord record) => Tell(observer => observer.StepLogged(record));

    /// <inheritdoc/>
    public void EvaluationProgress(string split, int done, int total) => Tell(observer => observer.EvaluationProgress(split, done, total));

    /// <inheritdoc/>
    public void Evaluated(EvaluationRecord record) => Tell(observer => observer.Evaluated(record));

    private void Tell(Action<IRunObserver> what)
    {
        foreach (var observer in observers)
        {
            what(observer);
        }
    }
}
