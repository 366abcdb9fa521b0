using System.Security.Cryptography;

namespace Inkstone.Text.Corpora;

/// <summary>A file of data as it was at one moment: enough to tell whether another moment's is the same.</summary>
/// <param name="Path">The file, as the caller named it.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">When it was last written.</param>
/// <param name="Sha256">Hash of its content, lower-case hexadecimal.</param>
public sealed record DataFile(string Path, long Length, DateTime Modified, string Sha256)
{
    /// <summary>Reads a file through for its hash.</summary>
    /// <exception cref="InvalidDataFileException">It cannot be opened, is no file that can be read twice, or changes meanwhile.</exception>
    public static DataFile Of(string path)
    {
        using var stream = DataFileStream.Open(path, "a data file, a pattern or a folder of data files");
        if (!stream.CanSeek)
        {
            throw new InvalidDataFileException(
                path, null, "this is a pipe or a device, which can be read only once", "a file", "Write its content to a file, and name that.");
        }

        try
        {
            return new DataFile(path, stream.Length, File.GetLastWriteTimeUtc(path), Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        catch (IOException e)
        {
            throw new InvalidDataFileException(
                path, null, $"the file cannot be read ({e.Message.TrimEnd('.')})", "a file that can be read", "Check its permissions, and the disk.", e);
        }
    }

    /// <summary>Compares length and time with the disk's now.</summary>
    /// <exception cref="InvalidDataFileException">They differ: what was read is neither the old content nor the new.</exception>
    public void ThrowIfChanged()
    {
        var now = new FileInfo(Path);
        if (!now.Exists || now.Length != Length || now.LastWriteTimeUtc != Modified)
        {
            throw Changed(Path);
        }
    }

    /// <summary>What to say of a file that another program writes while we read it.</summary>
    /// <param name="path">The file, as the caller named it.</param>
    /// <param name="line">The line that shows it; null where none does.</param>
    public static InvalidDataFileException Changed(string path, int? line = null) => new(
        path, line, "the file changed while it was read", "a file that nobody writes to", "Wait until it is complete, or work on a copy.");
}
