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

    private const string Ending = ".rows";
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly string? folder;
    private readonly long limit;
    private readonly Action<string> notice;
    private readonly Action<string, Action<Stream>> write;
    private readonly TimeProvider time;
    private bool hasFailed;

    /// <param name="folder">Where files are kept; null for nowhere.</param>
    /// <param name="notice">Told what went wrong.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limit">Most bytes of all files together.</param>
    /// <param name="write">Writes a file whole or not at all; <see cref="AtomicFile.Write"/> unless a test says otherwise.</param>
    public EncodedCache(string? folder, Action<string> notice, TimeProvider time, long limit = Limit, Action<string, Action<Stream>>? write = null) =>
        (this.folder, this.notice, this.time, this.limit, this.write) = (folder, notice, time, limit, write ?? AtomicFile.Write);

    /// <summary>Where a file may lie while it is made.</summary>
    public string SpoolFolder => folder ?? Path.GetTempPath();

    /// <summary><c>encoded/</c> in <c>INKSTONE_CACHE</c>, else in <c>XDG_CACHE_HOME/inkstone</c>, else in <c>~/.cache/inkstone</c>; null where there is no home either.</summary>
    public static string? DefaultFolder()
    {
        var root = Variable("INKSTONE_CACHE")
            ?? (Variable("XDG_CACHE_HOME") is { } shared ? Path.Combine(shared, "inkstone") : null)
            ?? (Variable("HOME") is { } home ? Path.Combine(home, ".cache", "inkstone") : null);
        return root is null ? null : Path.Combine(root, "encoded");
    }

    /// <summary>The file of this key, or else a new one, which is kept for the next run.</summary>
    public EncodedFile GetOrMake(string key, Func<EncodedFile> make)
    {
        if (folder is null)
        {
            return make();
        }

        var path = Path.Combine(folder, key + Ending);
        if (TryRead(path) is { } known)
        {
            return known;
        }

        var made = make();
        if (!TryWrite(path, made) || TryOpen(path) is not { } kept)
        {
            return made;
        }

        made.Dispose();   // its bytes are in the cache now, and need no second place
        return kept;
    }

    private EncodedFile? TryRead(string path)
    {
        try
        {
            var file = EncodedFileFormat.Read(path);
            TryTouch(path);
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

    /// <summary>A file's time is that of its last use.</summary>
    private void TryTouch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It may be gone sooner, no more.
        }
    }

    private bool TryWrite(string path, EncodedFile file)
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
            RemoveOldest();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            hasFailed = true;
            notice($"Encoded rows are not kept for the next run ({e.Message.TrimEnd('.')}); set INKSTONE_CACHE to another folder, or data.cache=false.");
            return false;
        }
    }

    private void RemoveOldest()
    {
        var now = time.GetUtcNow().UtcDateTime;
        long total = 0;
        foreach (var file in new DirectoryInfo(folder!).EnumerateFiles().Where(IsOurs).OrderByDescending(file => file.LastWriteTimeUtc))
        {
            try
            {
                total += file.Length;
                var isAbandoned = file.Extension != Ending && now - file.LastWriteTimeUtc > Abandoned;
                if (isAbandoned || (file.Extension == Ending && total > limit))
                {
                    file.Delete();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another run has deleted it meanwhile, or it is not ours to delete: what was written stays all the same.
            }
        }
    }

    /// <summary>Whole files, and what a killed writer left half done.</summary>
    private static bool IsOurs(FileInfo file) => file.Name.Contains(Ending, StringComparison.Ordinal);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
