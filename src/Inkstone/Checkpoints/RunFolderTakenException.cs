namespace Inkstone.Checkpoints;

/// <summary>A run was told to write where something already stands.</summary>
public sealed class RunFolderTakenException(string folder)
    : Exception($"{folder} exists and is not empty; nothing in it was touched. Choose another --output-dir, or move it away.")
{
    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;
}
