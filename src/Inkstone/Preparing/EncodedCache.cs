using Inkstone.Torch.Serialization;

namespace Inkstone.Preparing;

/// <summary>
/// Encoded files kept on disk from run to run. It only ever saves time: what cannot be read is made again, and what cannot be written is
/// left out, with a notice. Safe for runs at the same time: files appear whole, and one that is in use outlives its name.
/// </summary>
internal sealed class EncodedCache
{
    /// <summary>The oldest files go when all together are larger than this: 2 GiB.</summary>
    private const long Limit = 2L << 30;

    private readonly string? folder;
    private readonly CacheFolder? files;
    private readonly long limit;
    private readonly Action<string> notice;
    private readonly Action<string, Action<Stream>> write;
    private bool hasFailed;

    /// <param name="folder">Where files are kept; null for nowhere.</param>
    /// <param name="notice">Told what went wrong.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limit">Most bytes of all files together.</param>
    /// <param name="write">Writes a file whole or not at all; <see cref="AtomicFile.Write"/> unless a test says otherwise.</param>
    public EncodedCache(string? folder, Action<string> notice, TimeProvider time, long limit = Limit, Action<string, Action<Stream>>? write = null)
    {
        (this.folder, this.notice, this.limit, this.write) = (folder, notice, limit, write ?? AtomicFile.Write);
        files = folder is null ? null : new(folder, ".rows", limit, time);
    }

    /// <summary>Where a file may lie while it is made.</summary>
    public string SpoolFolder => folder ?? Path.GetTempPath();

    /// <summary><c>encoded/</c> in the root of all that is kept; null where there is none.</summary>
    public static string? DefaultFolder() => CacheFolder.Root() is { } root ? Path.Combine(root, "encoded") : null;

    /// <summary>The file of this key, or else a new one, which is kept for the next run.</summary>
    public EncodedFile GetOrMake(string key, Func<EncodedFile> make)
    {
        if (files is null)
        {
            return make();
        }

        var path = files.PathOf(key);
        if (TryRead(files, path) is { } known)
        {
            return known;
        }

        var made = make();
        if (!TryWrite(files, path, made) || TryOpen(path) is not { } kept)
        {
            return made;
        }

        made.Dispose();   // its bytes are in the cache now, and need no second place
        return kept;
    }

    private EncodedFile? TryRead(CacheFolder files, string path)
    {
        try
        {
            var file = EncodedFileFormat.Read(path);
            files.Touch(path);
            return file;
        }
        catch (InvalidDataException)
        {
            notice($"{path} is damaged; the rows are encoded again.");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;   // Not there, as a rule; if it is the disk, writing will say so.
        }
    }

    private static EncodedFile? TryOpen(string path)
    {
        try
        {
            return EncodedFileFormat.Read(path, check: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;   // Another run has made room for its own.
        }
    }

    private bool TryWrite(CacheFolder files, string path, EncodedFile file)
    {
        if (hasFailed)
        {
            return false;
        }

        if (EncodedFileFormat.LengthOf(file) > limit)
        {
            hasFailed = true;
            notice("Encoded rows are not kept for the next run: they are more than the cache holds (2 GiB).");
            return false;
        }

        try
        {
            write(path, stream => EncodedFileFormat.Write(file, stream));
            files.RemoveOldest(newest: path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            hasFailed = true;
            notice($"Encoded rows are not kept for the next run ({e.Message.TrimEnd('.')}); set INKSTONE_CACHE to another folder, or data.cache=false.");
            return false;
        }
    }
}
