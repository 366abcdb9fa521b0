using Microsoft.Win32.SafeHandles;

namespace Inkstone.Preparing;

/// <summary>
/// Bytes written once, one behind the other, and read anywhere: little in memory, more in a file. The file is read with plain reads,
/// not mapped, so that its pages are the system's and not the process's, and a file that somebody cuts is an exception and no crash.
/// Written by one thread; then safe to read from many.
/// </summary>
internal sealed class Spool : IDisposable
{
    /// <summary>What stays in memory before a file is worth it: 8 MiB.</summary>
    public const int Small = 8 << 20;

    private const int BlockLength = 1 << 16;

    private readonly List<byte[]> blocks = [];   // what is not in the file, each full but the last
    private readonly string? folder;
    private long most;
    private SafeFileHandle? file;
    private long inFile;

    /// <summary>An empty spool.</summary>
    /// <param name="folder">Where its file may be, which has no name and goes with the process; null for memory alone.</param>
    /// <param name="most">Bytes to hold in memory before.</param>
    public Spool(string? folder, int most = Small) => (this.folder, this.most) = (folder, most);

    /// <summary>A file that is there already. The spool disposes it.</summary>
    public Spool(SafeFileHandle file) => (this.file, inFile, Length) = (file, RandomAccess.GetLength(file), RandomAccess.GetLength(file));

    /// <summary>Bytes so far: the offset of what is appended next.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes that lie in memory.</summary>
    public long InMemory => (long)blocks.Count * BlockLength;

    /// <summary>Copies bytes to the end. A disk that refuses them leaves them in memory.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var used = (int)((Length - inFile) % BlockLength);
            if (used == 0 && Length - inFile == InMemory)
            {
                MoveToFile();
                blocks.Add(GC.AllocateUninitializedArray<byte>(BlockLength));
            }

            var count = Math.Min(bytes.Length, BlockLength - used);
            bytes[..count].CopyTo(blocks[^1].AsSpan(used));
            bytes = bytes[count..];
            Length += count;
        }
    }

    /// <summary>Reads bytes that were appended.</summary>
    /// <exception cref="IOException">The disk fails, or somebody has cut the file.</exception>
    public void Read(long offset, Span<byte> target)
    {
        for (int count; !target.IsEmpty; target = target[count..], offset += count)
        {
            if (offset >= inFile)
            {
                var (block, place) = Math.DivRem(offset - inFile, BlockLength);
                count = Math.Min(target.Length, BlockLength - (int)place);
                blocks[(int)block].AsSpan((int)place, count).CopyTo(target);
            }
            else if ((count = RandomAccess.Read(file!, target[..(int)Math.Min(target.Length, inFile - offset)], offset)) == 0)
            {
                throw new EndOfStreamException("A file of encoded rows has become shorter while it was in use.");
            }
        }
    }

    public void Dispose() => file?.Dispose();

    /// <summary>Empties the blocks into the file, once there are many of them.</summary>
    private void MoveToFile()
    {
        if (InMemory < most || folder is null)
        {
            return;
        }

        try
        {
            file ??= CreateFile(folder!);
            RandomAccess.Write(file, [.. blocks.Select(block => (ReadOnlyMemory<byte>)block)], inFile);
            inFile = Length;
            blocks.Clear();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is in the file stays there; the rest is kept here.
            most = long.MaxValue;
        }
    }

    private static SafeFileHandle CreateFile(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Path.GetRandomFileName() + ".spool");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            File.Delete(path);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
