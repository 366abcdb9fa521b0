namespace Inkstone.Checkpoints;

/// <summary>A run was told to write where something already stands, or where nobody can.</summary>
public sealed class RunFolderTakenException : Exception
{
    private RunFolderTakenException(string folder, string problem)
        : base($"{folder} {problem}") => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    internal static RunFolderTakenException NotEmpty(string folder, bool isUnfinishedRun) => new(
        folder, $"exists and is not empty; nothing in it was touched. Choose another --output-dir, or move it away."
        + (isUnfinishedRun ? $" To go on with the run in it: inkstone train --resume {folder}" : ""));

    internal static RunFolderTakenException InUse(string folder) => new(
        folder, "is being written by another process that trains; nothing in it was touched. Wait for its end, or choose another --output-dir.");

    internal static RunFolderTakenException Impossible(string folder, string reason) => new(
        folder, $"cannot be written: {reason}. Choose another --output-dir.");
}
