namespace Inkstone.Preparing;

/// <summary>Files of one kind, kept from run to run until others need their room. Runs at the same time may share it: a file in use outlives its name.</summary>
/// <param name="folder">Where the files are.</param>
/// <param name="ending">What the names of whole files end with; unfinished ones have it inside.</param>
/// <param name="limit">Most bytes of all files together, the newest apart.</param>
/// <param name="time">The clock.</param>
internal sealed class CacheFolder(string folder, string ending, long limit, TimeProvider time)
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary><c>INKSTONE_CACHE</c>, else <c>XDG_CACHE_HOME/inkstone</c>, else <c>~/.cache/inkstone</c>; null where there is no home either.</summary>
    public static string? Root() => Variable("INKSTONE_CACHE")
        ?? (Variable("XDG_CACHE_HOME") is { } shared ? Path.Combine(shared, "inkstone") : null)
        ?? (Variable("HOME") is { } home ? Path.Combine(home, ".cache", "inkstone") : null);

    /// <summary>Where the file of a key is.</summary>
    public string PathOf(string key) => Path.Combine(folder, key + ending);

    /// <summary>Says that a file was used just now.</summary>
    public void Touch(string path)
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

    /// <summary>Makes room for a file that is new, and removes what killed writers left behind.</summary>
    public void RemoveOldest(string newest)
    {
        var now = time.GetUtcNow().UtcDateTime;
        long total = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles($"*{ending}*").OrderByDescending(file => file.LastWriteTimeUtc))
        {
            try
            {
                total += file.Length;
                var isAbandoned = file.Extension != ending && now - file.LastWriteTimeUtc > Abandoned;
                if (isAbandoned || (file.Extension == ending && total > limit && file.Name != Path.GetFileName(newest)))
                {
                    file.Delete();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another run has deleted it meanwhile, or it is not ours to delete.
            }
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
