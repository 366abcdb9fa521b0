using Inkstone.Tracking;

namespace Inkstone.Tests.Support;

/// <summary>Keeps everything that a run tells.</summary>
internal sealed class RecordingObserver : IRunObserver
{
    public List<string> Notices { get; } = [];

    public List<StepRecord> Steps { get; } = [];

    public List<StepRecord> Logged { get; } = [];

    public List<EvaluationRecord> Evaluations { get; } = [];

    public Action<StepRecord>? OnStep { get; init; }

    public Action? OnEvaluationProgress { get; init; }

    public Action<EvaluationRecord>? OnEvaluated { get; init; }

    public void Notice(string message) => Notices.Add(message);

    public void StepDone(StepRecord record)
    {
        Steps.Add(record);
        OnStep?.Invoke(record);
    }

    public void StepLogged(StepRecord record) => Logged.Add(record);

    public void EvaluationProgress(string split, int done, int total) => OnEvaluationProgress?.Invoke();

    public void Evaluated(EvaluationRecord record)
    {
        Evaluations.Add(record);
        OnEvaluated?.Invoke(record);
    }
}
