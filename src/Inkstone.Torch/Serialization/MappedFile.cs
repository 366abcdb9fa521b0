using System.IO.MemoryMappedFiles;

namespace Inkstone.Torch.Serialization;

/// <summary>A file seen as memory, read-only: pages are loaded when touched, and the system may drop them again.</summary>
/// <remarks>
/// Whoever shortens a mapped file in place takes the memory away under its readers. Everything written here replaces files
/// by renaming (<see cref="AtomicFile"/>), which leaves the old content to those who have it open.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private byte* pointer;

    private MappedFile(string path, MemoryMappedFile map, long length)
    {
        Path = path;
        Length = length;
        this.map = map;
        view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
    }

    public string Path { get; }

    /// <summary>Bytes in the file.</summary>
    public long Length { get; }

    public bool IsClosed => pointer == null;

    /// <summary>Maps a file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidWeightsException">The file is empty.</exception>
    public static MappedFile Open(string path)
    {
        using var stream = OpenStream(path);
        if (stream.Length == 0)
        {
            throw new InvalidWeightsException(path, null, "is empty", "a file of weights");
        }

        var map = MemoryMappedFile.CreateFromFile(
            stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        return new MappedFile(path, map, stream.Length);
    }

    /// <summary>The address of a byte; the caller has checked that it lies in the file.</summary>
    public byte* At(long offset)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        return pointer + offset;
    }

    /// <summary>A part of the file; the caller has checked that it lies in the file.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int length) => new(At(offset), length);

    public void Dispose()
    {
        if (pointer != null)
        {
            pointer = null;
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        view.Dispose();
        map.Dispose();
    }

    private static FileStream OpenStream(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            throw new InvalidWeightsException(path, null, "is a folder", "a file of weights");
        }
    }
}
