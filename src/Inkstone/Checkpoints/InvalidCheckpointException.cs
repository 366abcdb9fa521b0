namespace Inkstone.Checkpoints;

/// <summary>A model folder cannot be used; the message says which file, what is wrong, and what would do.</summary>
public sealed class InvalidCheckpointException(string path, string problem) : Exception($"{path}: {problem}")
{
    /// <summary>The file or folder.</summary>
    public string Path { get; } = path;
}
