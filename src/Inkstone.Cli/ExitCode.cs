namespace Inkstone.Cli;

/// <summary>What a verb's end means to a script.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The work failed: a full disk, no memory, numbers that ran away.</summary>
    public const int Failed = 1;

    /// <summary>The call, the recipe or the data is wrong.</summary>
    public const int Wrong = 2;

    /// <summary>Ctrl-C or SIGTERM; what is on disk is whole.</summary>
    public const int Interrupted = 130;
}
