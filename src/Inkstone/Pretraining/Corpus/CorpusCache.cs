using Inkstone.Preparing;
using Inkstone.Torch.Serialization;

namespace Inkstone.Pretraining.Corpus;

/// <summary>
/// Encoded corpora on disk: each file appears whole or not at all, and one that is in use outlives its name. A corpus that may not stay loses
/// its name as soon as it is open, and its bytes with the process.
/// </summary>
/// <param name="folder">Where files are kept.</param>
/// <param name="notice">Told of what was found damaged.</param>
/// <param name="time">The clock.</param>
/// <param name="write">Writes a file whole or not at all; <see cref="AtomicFile.Write"/> unless a test says otherwise.</param>
/// <param name="limit">Most bytes of all files together, the newest apart.</param>
internal sealed class CorpusCache(string folder, Action<string> notice, TimeProvider time, Action<string, Action<Stream>>? write = null, long limit = CorpusCache.Limit)
{
    /// <summary>The oldest files go when all together are larger than this: 16 GiB.</summary>
    public const long Limit = 16L << 30;

    private readonly CacheFolder files = new(folder, ".corpus", limit, time);
    private readonly Action<string, Action<Stream>> write = write ?? AtomicFile.Write;

    /// <summary><c>corpora/</c> beside what <see cref="EncodedCache"/> keeps.</summary>
    public static string DefaultFolder() => Path.Combine(CacheFolder.Root() ?? Path.Combine(Path.GetTempPath(), "inkstone"), "corpora");

    /// <summary>The file of this key, or else a new one.</summary>
    /// <param name="key">Null for a file that does not stay.</param>
    /// <param name="make">Writes the file, and may put what it needs meanwhile into the folder.</param>
    /// <exception cref="IOException">The disk is full, or fails; nothing of the file is left.</exception>
    public CorpusFile GetOrMake(string? key, Action<Stream, string> make)
    {
        var path = files.PathOf(key ?? Path.GetRandomFileName());
        if (key is not null && TryOpen(path) is { } known)
        {
            return known;
        }

        Write(path, make);
        var file = CorpusFile.Open(path);
        if (key is null)
        {
            File.Delete(path);
        }
        else
        {
            files.Touch(path);
        }

        files.RemoveOldest(newest: path);
        return file;
    }

    private CorpusFile? TryOpen(string path)
    {
        try
        {
            var file = CorpusFile.Open(path);
            files.Touch(path);
            return file;
        }
        catch (InvalidDataException)
        {
            notice($"{path} is damaged; the corpus is encoded again.");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;   // Not there, as a rule; if it is the disk, writing will say so.
        }
    }

    private void Write(string path, Action<Stream, string> make)
    {
        try
        {
            write(path, stream => make(stream, folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{folder}: the corpus's ids cannot be written ({e.Message.TrimEnd('.')}); expected room for about two bytes a character. Make room there, or set INKSTONE_CACHE to a folder on another disk.", e);
        }
    }
}
