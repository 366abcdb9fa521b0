using System.Runtime.InteropServices;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;
using Inkstone.Torch.Serialization;

namespace Inkstone.Preparing;

/// <summary>
/// Which texts a classifier was trained on, without the texts: a run's <c>train-texts.xxh128</c>, 16 bytes a training row
/// (<see cref="TextHash"/> of the cleaned text or pair, little-endian), in the order of the rows.
/// </summary>
public static class TrainingTexts
{
    /// <summary>Name of the file in a run's folder.</summary>
    public const string FileName = "train-texts.xxh128";

    private const int BytesOfHash = 16;

    /// <summary>The file that belongs to a model's folder: beside it in its run, or in it; null where there is none.</summary>
    /// <param name="folder">A checkpoint folder, such as a run's <c>best/</c>.</param>
    public static string? FileOf(string folder)
    {
        string[] places = [Path.Combine(folder, FileName), Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folder)) ?? "", FileName)];
        return places.FirstOrDefault(File.Exists);
    }

    /// <summary>Whether each row's text was trained on.</summary>
    /// <param name="rows">The rows, as they stand in their file.</param>
    /// <param name="cleaner">The classifier's own.</param>
    /// <param name="path">A file that <see cref="Write"/> made; of any size, as it is read piece by piece.</param>
    /// <exception cref="InvalidDataException">The file is cut.</exception>
    public static IReadOnlyList<bool> Seen(IReadOnlyList<Row> rows, TextCleaner cleaner, string path) => Seen(rows, cleaner, Read(path));

    internal static IReadOnlyList<bool> Seen(IReadOnlyList<Row> rows, TextCleaner cleaner, IEnumerable<UInt128> trained)
    {
        var texts = rows.Select(cleaner.Clean).Select(row => TextHash.Of(row.Text, row.TextPair)).ToArray();
        var wanted = texts.ToHashSet();
        var found = new HashSet<UInt128>();
        if (wanted.Count > 0)
        {
            found.UnionWith(trained.Where(wanted.Contains));
        }

        return Array.ConvertAll(texts, found.Contains);
    }

    internal static void Write(string path, IEnumerable<UInt128> hashes) => AtomicFile.Write(path, stream =>
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        var bytes = new byte[BytesOfHash];
        foreach (var hash in hashes)
        {
            MemoryMarshal.Write(bytes, hash);
            buffered.Write(bytes);
        }

        buffered.Flush();
    });

    private static IEnumerable<UInt128> Read(string path)
    {
        using var file = new BufferedStream(File.OpenRead(path), 1 << 16);
        if (file.Length % BytesOfHash != 0)
        {
            throw new InvalidDataException($"{path} is damaged: it should hold {BytesOfHash} bytes for each training row. Remove it, and nothing will be said of seen rows.");
        }

        var bytes = new byte[BytesOfHash];
        while (file.ReadAtLeast(bytes, BytesOfHash, throwOnEndOfStream: false) == BytesOfHash)
        {
            yield return MemoryMarshal.Read<UInt128>(bytes);
        }
    }
}
