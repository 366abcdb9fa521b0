using Microsoft.Win32.SafeHandles;

namespace Inkstone.Torch.Serialization;

/// <summary>
/// A name beside the target, <c>.NAME.(32 hexadecimal digits).inkstone-tmp</c>, under which new content grows. It is locked
/// by its process, so that the next writer can tell what a killed one left behind, and removes it.
/// </summary>
internal sealed class TemporarySibling : IDisposable
{
    /// <summary>Ending of new content that is not whole yet, or of replaced content that is not deleted yet.</summary>
    public const string NewEnding = ".inkstone-tmp";

    /// <summary>Ending of a whole folder that was moved aside; it is the last good one where the target is missing.</summary>
    public const string AsideEnding = ".inkstone-old";

    private const int RandomDigits = 32;
    private readonly int descriptor;

    private TemporarySibling(string path, int descriptor)
    {
        Path = path;
        this.descriptor = descriptor;
    }

    public string Path { get; }

    /// <summary>Creates and locks an empty file for a target, whose leftovers it removes first.</summary>
    public static TemporarySibling CreateFile(string target) =>
        Create(target, path => File.Create(path).Dispose(), Posix.OpenToWrite);

    /// <summary>Creates and locks an empty folder for a target, whose leftovers it removes first.</summary>
    public static TemporarySibling CreateFolder(string target) =>
        Create(target, path => Directory.CreateDirectory(path), Posix.Open);

    public static string NewName(string target, string ending) => System.IO.Path.Combine(
        System.IO.Path.GetDirectoryName(target)!, $".{System.IO.Path.GetFileName(target)}.{Guid.NewGuid():N}{ending}");

    /// <summary>The siblings of a target that bear such a name.</summary>
    public static IEnumerable<string> Find(string target, string ending)
    {
        var start = $".{System.IO.Path.GetFileName(target)}.";
        return Directory.EnumerateFileSystemEntries(System.IO.Path.GetDirectoryName(target)!)
            .Where(path => System.IO.Path.GetFileName(path) is var name
                && name.Length == start.Length + RandomDigits + ending.Length
                && name.StartsWith(start, StringComparison.Ordinal) && name.EndsWith(ending, StringComparison.Ordinal)
                && name[start.Length..^ending.Length].All(char.IsAsciiHexDigitLower));
    }

    /// <summary>The siblings of whatever target in a folder that have such an ending.</summary>
    public static IEnumerable<string> AllIn(string folder, string ending) => Directory.EnumerateFileSystemEntries(folder)
        .Where(path => System.IO.Path.GetFileName(path) is var name
            && name.Length > RandomDigits + ending.Length + 2
            && name[0] == '.' && name[^(RandomDigits + ending.Length + 1)] == '.' && name.EndsWith(ending, StringComparison.Ordinal)
            && name[^(RandomDigits + ending.Length)..^ending.Length].All(char.IsAsciiHexDigitLower));

    /// <summary>The target of a sibling.</summary>
    public static string TargetOf(string sibling)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(sibling);
        return System.IO.Path.Combine(System.IO.Path.GetDirectoryName(sibling)!, name[1..^(RandomDigits + 1)]);
    }

    /// <summary>The file's content, unbuffered, to write; disposing the stream leaves the lock.</summary>
    public FileStream OpenStream() => new(new SafeFileHandle(descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    /// <summary>Waits until the disk has the content.</summary>
    public void Flush() => Posix.Flush(descriptor, Path);

    /// <summary>
    /// Gives the lock back, as .NET will not open a file that is locked. Take the folder's lock before: now this looks dead.
    /// </summary>
    public void Unlock() => Posix.Unlock(descriptor, Path);

    public void Dispose() => Posix.Close(descriptor);

    /// <summary>Deletes a file or folder if it can; what remains is a leftover for the next writer.</summary>
    public static void Discard(string path)
    {
        try
        {
            if (Directory.Exists(path) && !new FileInfo(path).Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The caller's own success or failure counts more.
        }
    }

    private static TemporarySibling Create(string target, Action<string> create, Func<string, int> open)
    {
        using var parent = FolderLock.Take(System.IO.Path.GetDirectoryName(target)!);
        RemoveLeftovers(target);
        var path = NewName(target, NewEnding);
        create(path);
        var descriptor = open(path);
        Posix.Lock(descriptor, path, wait: true);
        return new TemporarySibling(path, descriptor);
    }

    private static void RemoveLeftovers(string target)
    {
        foreach (var path in Find(target, NewEnding).ToList())
        {
            try
            {
                using var leftover = new TemporarySibling(path, Posix.Open(path));
                if (Posix.Lock(leftover.descriptor, path, wait: false))
                {
                    Discard(path);
                }
            }
            catch (IOException)
            {
                // Another writer has just discarded it.
            }
        }
    }
}
