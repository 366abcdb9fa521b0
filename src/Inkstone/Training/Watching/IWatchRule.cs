using Inkstone.Tracking;

namespace Inkstone.Training.Watching;

/// <summary>Sees what a run tells its observers, and has a sentence for its owner where something is probably wrong.</summary>
internal interface IWatchRule
{
    /// <summary>Before the first step.</summary>
    string? AtStart() => null;

    /// <summary>After a step.</summary>
    string? After(StepRecord record) => null;

    /// <summary>After an evaluation.</summary>
    string? After(EvaluationRecord record) => null;
}
