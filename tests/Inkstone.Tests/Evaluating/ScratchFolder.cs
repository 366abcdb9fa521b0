namespace Inkstone.Tests.Evaluating;

/// <summary>A folder of one test, gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("inkstone-").FullName;

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(Combine(name), content);
        return Combine(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
