using System.Text.Json;

namespace Inkstone.Text.Corpora.Sources;

/// <summary>What Hugging Face's <c>save_to_disk</c> leaves behind: <c>state.json</c> lists one split's files, <c>dataset_dict.json</c> the splits.</summary>
internal static class SavedDataset
{
    private const string Saved = "what datasets.save_to_disk writes";

    /// <summary>The splits of a saved data set, in its own order; null where the folder holds none.</summary>
    /// <exception cref="InvalidDataFileException">The files that describe it are broken, or lead nowhere.</exception>
    public static List<DataSplit>? TryOpen(string folder)
    {
        string dictionary = Path.Combine(folder, "dataset_dict.json");
        if (File.Exists(dictionary))
        {
            var names = Read(dictionary, root => root.GetProperty("splits").EnumerateArray().Select(name => PlainName(name.GetString())).ToList());
            return names.Count > 0 ? [.. names.Select(name => new DataSplit(name, FilesOf(Path.Combine(folder, name))))] : throw Broken(dictionary, "it names no splits");
        }

        return File.Exists(Path.Combine(folder, "state.json")) ? [new(null, FilesOf(folder))] : null;
    }

    private static List<SourceFile> FilesOf(string folder)
    {
        string state = Path.Combine(folder, "state.json");
        var (names, isReordered) = Read(state, root => (
            root.GetProperty("_data_files").EnumerateArray().Select(file => PlainName(file.GetProperty("filename").GetString())).ToList(),
            root.TryGetProperty("_indices_data_files", out var indices) && indices.ValueKind == JsonValueKind.Array && indices.GetArrayLength() > 0));
        if (isReordered)
        {
            throw new InvalidDataFileException(state, null, "the rows are chosen by a file of indices, as an old version of datasets wrote it", Saved + " today", "Save it again with a current version.");
        }

        return names.Count > 0 ? [.. names.Select(name => new SourceFile(Path.Combine(folder, name)))] : throw Broken(state, "it names no data files");
    }

    private static T Read<T>(string path, Func<JsonElement, T> take)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return take(json.RootElement);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Broken(path, $"the file cannot be read ({e.Message.TrimEnd('.')})", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Broken(path, "the file does not describe a saved data set", e);
        }
    }

    /// <summary>A name that stays in its folder.</summary>
    private static string PlainName(string? name) =>
        name is { Length: > 0 } && name is not ("." or "..") && !name.Contains('/') && !name.Contains('\0') ? name : throw new FormatException();

    private static InvalidDataFileException Broken(string path, string problem, Exception? cause = null) =>
        new(path, null, problem, Saved, "Save the data set again, or name its .arrow files themselves.", cause);
}
