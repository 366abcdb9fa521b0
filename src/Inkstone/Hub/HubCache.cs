using System.Text;
using Inkstone.Torch.Serialization;

namespace Inkstone.Hub;

/// <summary>
/// Hugging Face's cache on this disk, which every program here shares: <c>models--org--name/</c> with <c>blobs/</c> named by
/// content, <c>refs/</c> that name commits, and <c>snapshots/COMMIT/</c> of links into the blobs. What is there is never rewritten.
/// </summary>
/// <remarks>Layout: huggingface.co/docs/hub/local-cache.</remarks>
internal sealed class HubCache(string folder)
{
    /// <summary>Makes a symbolic link (path, target); replaceable, as not every disk has links.</summary>
    internal Action<string, string> Link { get; init; } = (path, target) => File.CreateSymbolicLink(path, target);

    public string Folder => folder;

    public string Blob(HubName name, string etag) => Path.Combine(folder, name.CacheFolder, "blobs", etag);

    public string Lock(HubName name, string etag) => Path.Combine(folder, ".locks", name.CacheFolder, etag + ".lock");

    public string Snapshot(HubName name, string commit) => Path.Combine(folder, name.CacheFolder, "snapshots", commit);

    /// <summary>The commit that the name's revision meant when it was last downloaded; null where it never was.</summary>
    public string? CommitOf(HubName name)
    {
        if (name.IsCommit)
        {
            return name.Revision;
        }

        var path = RefOf(name);
        var commit = File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        return HubName.IsCommitHash(commit) ? commit : null;
    }

    /// <summary>Remembers what the name's revision means, whole or not at all.</summary>
    public void Remember(HubName name, string commit)
    {
        if (CommitOf(name) != commit)
        {
            AtomicFile.Write(RefOf(name), stream => stream.Write(Encoding.ASCII.GetBytes(commit)));
        }
    }

    /// <summary>Gives a blob its name in a snapshot: a relative link, or a copy where the disk has no links.</summary>
    public void Show(HubName name, string commit, HubFile file)
    {
        var path = Path.Combine(Snapshot(name, commit), file.Name);
        var parent = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(parent);
        if (Holds(path))
        {
            return;
        }

        var blob = Blob(name, file.Etag);
        try
        {
            if (new FileInfo(path).LinkTarget is not null)
            {
                File.Delete(path);   // its blob was deleted, so it leads nowhere
            }

            Link(path, Path.GetRelativePath(parent, blob));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            if (!Holds(path))
            {
                using var content = File.OpenRead(blob);
                AtomicFile.Write(path, content.CopyTo);
            }
        }
    }

    /// <summary>Whether a file can be read under a name: a link whose blob was deleted counts for none.</summary>
    public static bool Holds(string path) => File.Exists(path) && (File.ResolveLinkTarget(path, returnFinalTarget: true)?.Exists ?? true);

    /// <summary>Makes the folder of a repository.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public void Open(HubName name)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, name.CacheFolder));
            Directory.CreateDirectory(Path.Combine(folder, ".locks", name.CacheFolder));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(error);
        }
    }

    /// <summary>What to say where the disk refuses.</summary>
    public IOException NotWritable(Exception error) =>
        new($"The Hugging Face cache {folder} cannot be written ({error.Message.TrimEnd('.')}). Set HF_HUB_CACHE (or HF_HOME) to a folder of your own.", error);

    private string RefOf(HubName name) => Path.Combine(folder, name.CacheFolder, "refs", name.Revision);
}
