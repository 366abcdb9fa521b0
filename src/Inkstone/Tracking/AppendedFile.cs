using Inkstone.Torch.Serialization;
using Microsoft.Win32.SafeHandles;

namespace Inkstone.Tracking;

/// <summary>A file that grows by whole records: one write for each, and none of a record that the disk has no room for.</summary>
/// <remarks>A kill leaves at most one record cut, the last. Others may read the file meanwhile.</remarks>
internal sealed class AppendedFile : IDisposable
{
    private readonly SafeFileHandle handle;

    private AppendedFile(string path, FileMode mode)
    {
        handle = File.OpenHandle(path, mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        Length = RandomAccess.GetLength(handle);
    }

    /// <summary>Bytes so far, all of whole records.</summary>
    public long Length { get; private set; }

    /// <summary>Starts a file; a missing folder is made.</summary>
    public static AppendedFile Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new(path, FileMode.Create);
    }

    /// <summary>Goes on at the end of a file.</summary>
    public static AppendedFile Continue(string path) => new(path, FileMode.Open);

    /// <summary>Goes on after the lines of a text file that are wanted; a last line without its line feed is not a line.</summary>
    public static AppendedFile ContinueAfterLines(string path, Func<string, bool> isWanted)
    {
        var lines = File.ReadAllText(path).Split('\n');
        AtomicFile.Write(path, stream =>
        {
            foreach (var line in lines[..^1].Where(isWanted))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
            }
        });
        return Continue(path);
    }

    /// <summary>Appends a record.</summary>
    /// <exception cref="IOException">The disk refuses; the file is as it was before.</exception>
    public void Append(ReadOnlySpan<byte> record)
    {
        try
        {
            RandomAccess.Write(handle, record, Length);
            Length += record.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            RandomAccess.SetLength(handle, Length);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
