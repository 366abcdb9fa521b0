namespace Inkstone.Torch.Serialization;

/// <summary>Writes a file whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary sibling, flushes it to the disk, and renames it: whoever opens <paramref name="path"/> finds the
    /// old content or the new, also after a kill or a loss of power. Leftovers of killed writers are removed.
    /// </summary>
    /// <param name="path">
    /// The file; a missing folder is made. A symbolic link of this name is replaced, not followed.
    /// </param>
    /// <param name="write">Writes the content; it may close the stream.</param>
    /// <exception cref="IOException">
    /// The disk is full or refuses otherwise. The old content is untouched and the temporary removed, as it is after any
    /// exception of <paramref name="write"/>.
    /// </exception>
    public static void Write(string path, Action<Stream> write)
    {
        path = Path.GetFullPath(path);
        if (Directory.Exists(path))
        {
            throw new IOException($"Cannot write the file {path}: a folder has this name.");
        }

        using var temporary = TemporarySibling.CreateFile(path);
        try
        {
            WriteContent(temporary, write);
            temporary.Flush();
            using var parent = FolderLock.Take(Path.GetDirectoryName(path)!);
            temporary.Unlock();
            Posix.Rename(temporary.Path, path);
            Posix.Flush(Path.GetDirectoryName(path)!);
        }
        catch
        {
            TemporarySibling.Discard(temporary.Path);
            throw;
        }
    }

    private static void WriteContent(TemporarySibling temporary, Action<Stream> write)
    {
        // The buffer is not disposed: after a failure it would try to write its rest once more, and hide the cause.
        using var file = temporary.OpenStream();
        var buffer = new BufferedStream(file, 1 << 16);
        write(buffer);
        if (buffer.CanWrite)
        {
            buffer.Flush();
        }
    }
}
