namespace Inkstone.Torch.Serialization;

/// <summary>Writes a folder whole or not at all.</summary>
/// <remarks>
/// New content grows in a hidden sibling, is flushed to the disk, and then changes names with the old folder in one step of the
/// kernel (<c>renameat2</c> with <c>RENAME_EXCHANGE</c>: ext4, xfs, btrfs, tmpfs). Where a file system has no such step, the
/// old folder is first renamed aside to <c>.NAME.….inkstone-old</c>; a process killed between the two renames leaves no folder
/// of the name itself, and <see cref="Recover"/>, which the next <see cref="Write(string, Action{string})"/> and
/// <see cref="CheckpointWeights.Open"/> call, gives the old one its name back.
/// </remarks>
public static class AtomicFolder
{
    /// <summary>Replaces a folder, or makes it, with what <paramref name="fill"/> writes.</summary>
    /// <param name="path">
    /// The folder; missing parents are made. A symbolic link of this name is replaced, not followed.
    /// </param>
    /// <param name="fill">Gets the path of the empty folder in which to write; only this folder's content counts.</param>
    /// <exception cref="IOException">
    /// The disk is full or refuses otherwise, or a file has this name. The old folder is untouched and the temporary one
    /// removed, as it is after any exception of <paramref name="fill"/>.
    /// </exception>
    public static void Write(string path, Action<string> fill) => Write(path, fill, canExchange: true);

    /// <summary>Gives a folder that an interrupted swap left without its name that name back; otherwise does nothing.</summary>
    /// <param name="path">The folder that shall be read.</param>
    /// <returns>Whether there was something to recover.</returns>
    public static bool Recover(string path)
    {
        path = FullName(path);
        var parent = Path.GetDirectoryName(path);
        if (Path.Exists(path) || !Directory.Exists(parent) || !TemporarySibling.Find(path, TemporarySibling.AsideEnding).Any())
        {
            return false;
        }

        using var held = FolderLock.Take(parent);
        return RecoverLocked(path);
    }

    /// <summary>Whether a folder is there, after <see cref="Recover"/>.</summary>
    public static bool Exists(string path) => Recover(path) || Directory.Exists(path);

    /// <summary>Removes a folder whole or not at all: it loses its name first. Nothing happens where there is none.</summary>
    /// <exception cref="IOException">The disk refuses; the folder is as it was.</exception>
    public static void Delete(string path)
    {
        path = FullName(path);
        if (!Directory.Exists(path))
        {
            return;
        }

        var nameless = TemporarySibling.NewName(path, TemporarySibling.NewEnding);
        Posix.Rename(path, nameless);
        TemporarySibling.Discard(nameless);
    }

    /// <summary>Cleans up behind a killed writer: folders get their names back (<see cref="Recover"/>), what is not whole goes.</summary>
    /// <param name="parent">The folder in which it wrote. Nobody else may write into it meanwhile.</param>
    public static void RemoveLeftovers(string parent)
    {
        foreach (var aside in TemporarySibling.AllIn(parent, TemporarySibling.AsideEnding).ToList())
        {
            Recover(TemporarySibling.TargetOf(aside));
        }

        foreach (var leftover in TemporarySibling.AllIn(parent, TemporarySibling.AsideEnding).Concat(TemporarySibling.AllIn(parent, TemporarySibling.NewEnding)).ToList())
        {
            TemporarySibling.Discard(leftover);
        }
    }

    internal static void Write(string path, Action<string> fill, bool canExchange)
    {
        path = FullName(path);
        if (File.Exists(path))
        {
            throw new IOException($"Cannot write the folder {path}: a file has this name.");
        }

        using var temporary = TemporarySibling.CreateFolder(path);
        var superfluous = temporary.Path;
        try
        {
            fill(temporary.Path);
            FlushTree(temporary.Path);
            using var parent = FolderLock.Take(Path.GetDirectoryName(path)!);
            RecoverLocked(path);
            superfluous = Swap(temporary.Path, path, canExchange);
            Posix.Flush(Path.GetDirectoryName(path)!);
        }
        finally
        {
            TemporarySibling.Discard(superfluous);
        }
    }

    /// <returns>The name under which the old folder, if there was one, now stands.</returns>
    private static string Swap(string whole, string path, bool canExchange)
    {
        if (!Path.Exists(path))
        {
            Posix.Rename(whole, path);
            return whole;
        }

        if (canExchange && Posix.TryExchange(whole, path))
        {
            return whole;
        }

        var old = TemporarySibling.NewName(path, TemporarySibling.AsideEnding);
        Posix.Rename(path, old);
        try
        {
            Posix.Rename(whole, path);
            return old;
        }
        catch
        {
            Posix.Rename(old, path);
            throw;
        }
    }

    /// <summary>Names the newest folder that was moved aside, if the name is free, and removes the others.</summary>
    private static bool RecoverLocked(string path)
    {
        var aside = TemporarySibling.Find(path, TemporarySibling.AsideEnding)
            .OrderByDescending(Directory.GetLastWriteTimeUtc).ToList();
        var recovers = aside.Count > 0 && !Path.Exists(path);
        if (recovers)
        {
            Posix.Rename(aside[0], path);
            Posix.Flush(Path.GetDirectoryName(path)!);
            aside.RemoveAt(0);
        }

        aside.ForEach(TemporarySibling.Discard);
        return recovers;
    }

    private static void FlushTree(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                continue;   // A link has no content of its own.
            }

            if (entry is DirectoryInfo)
            {
                FlushTree(entry.FullName);
            }
            else
            {
                Posix.Flush(entry.FullName);
            }
        }

        Posix.Flush(folder);
    }

    private static string FullName(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
