namespace Inkstone.Checkpoints;

/// <summary>A run cannot be gone on with; the message says why, and what would do.</summary>
public sealed class ResumeException(string run, string problem) : Exception($"--resume {run}: {problem}")
{
    /// <summary>The run's folder.</summary>
    public string Run { get; } = run;
}

/// <summary>A run that shall be gone on with came to its end long ago.</summary>
public sealed class RunFinishedException(string run) : Exception($"{run} is finished: nothing is left to resume.")
{
    /// <summary>The run's folder.</summary>
    public string Run { get; } = run;
}
