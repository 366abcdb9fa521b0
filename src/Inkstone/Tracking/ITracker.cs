using Inkstone.Evaluating;

namespace Inkstone.Tracking;

/// <summary>An observer that writes the run's numbers down for one reader. Each record is whole on disk when a call returns.</summary>
/// <remarks>
/// Made anew it begins an empty record; made with a step to continue after, it first takes back what stands there of later
/// steps. A call throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> where the disk refuses, and leaves
/// what was written before readable: the next call may succeed.
/// </remarks>
internal interface ITracker : IRunObserver, IDisposable
{
    /// <summary>The file or folder, as a message names it.</summary>
    string Name { get; }

    /// <summary>The run has come to its end, after <paramref name="step"/>; <paramref name="evaluation"/> judges the checkpoint that it keeps.</summary>
    void Finish(long step, Evaluation? evaluation)
    {
    }

    /// <inheritdoc/>
    void IRunObserver.Notice(string message)
    {
    }

    /// <inheritdoc/>
    void IRunObserver.StepDone(StepRecord record)
    {
    }

    /// <inheritdoc/>
    void IRunObserver.EvaluationProgress(string split, int done, int total)
    {
    }

    /// <inheritdoc/>
    void IDisposable.Dispose()
    {
    }
}
