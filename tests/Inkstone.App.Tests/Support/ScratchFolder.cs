namespace Inkstone.Tests.Support;

/// <summary>A folder of one test's own, gone when the test is.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("inkstone-app-").FullName;

    /// <summary>The names in it, hidden ones too: a refused call leaves none behind.</summary>
    public string[] Names => [.. Directory.EnumerateFileSystemEntries(Path).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public string Of(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public string Write(string name, string content)
    {
        File.WriteAllText(Of(name), content);
        return Of(name);
    }

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(Of(name), content);
        return Of(name);
    }

    /// <summary>A copy of a golden model folder that a test may spoil.</summary>
    public string CopyModel(string name = "bert")
    {
        var copy = Directory.CreateDirectory(Of("model")).FullName;
        foreach (var file in Directory.EnumerateFiles(Repo.Golden("models", name)))
        {
            File.Copy(file, System.IO.Path.Combine(copy, System.IO.Path.GetFileName(file)));
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
