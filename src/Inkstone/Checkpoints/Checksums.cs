using System.Security.Cryptography;

namespace Inkstone.Checkpoints;

/// <summary>A folder's <c>checksums.sha256</c>: whether every file in it is as it was written. <c>sha256sum -c</c> reads it too.</summary>
internal static class Checksums
{
    public const string FileName = "checksums.sha256";

    private const int BufferBytes = 1 << 20;

    /// <summary>Writes the file for all others in a folder.</summary>
    public static void Write(string folder)
    {
        string[] names = [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(name => name != FileName).Order(StringComparer.Ordinal)];
        var hashes = Of(Array.ConvertAll(names, name => Path.Combine(folder, name)));
        File.WriteAllText(Path.Combine(folder, FileName), string.Concat(names.Zip(hashes, (name, hash) => $"{hash}  {name}\n")));
    }

    /// <summary>The first file of a folder that is not as it was written, and what is wrong with it; null where all are.</summary>
    public static (string Path, string Problem)? FirstDamaged(string folder)
    {
        var list = Path.Combine(folder, FileName);
        if (!File.Exists(list))
        {
            return (list, "is missing");
        }

        var lines = File.ReadAllText(list).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var entries = Array.ConvertAll(lines, line => line.Split("  ", 2));
        if (entries.Length == 0 || entries.Any(entry => entry.Length != 2 || entry[0].Length != 2 * SHA256.HashSizeInBytes))
        {
            return (list, "is damaged");
        }

        var paths = Array.ConvertAll(entries, entry => Path.Combine(folder, entry[1]));
        if (Array.Find(paths, path => !File.Exists(path)) is { } missing)
        {
            return (missing, "is missing");
        }

        var wrong = Of(paths).Zip(entries, (hash, entry) => hash == entry[0]).ToList().IndexOf(false);
        return wrong < 0 ? null : (paths[wrong], "is damaged: its content is not what was written");
    }

    /// <summary>Lower-case SHA-256 of files, several read at once.</summary>
    public static string[] Of(string[] paths) => [.. paths.AsParallel().AsOrdered().Select(Of)];

    private static string Of(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
