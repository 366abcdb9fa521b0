namespace Inkstone.Text.Corpora.Sources;

/// <summary>Turns what a user names (files, patterns, folders) into the files of one split, in the order in which they are read.</summary>
internal static class SourceFiles
{
    private const string Readable = "a data file, a pattern such as parts/*.jsonl, or a folder of data files";

    /// <summary>The files behind <paramref name="paths"/>: paths in the order given, the files of each in the order of their numbers and names.</summary>
    /// <param name="paths">At least one.</param>
    /// <param name="split">The split to take of every folder that has splits; null where none has.</param>
    /// <exception cref="InvalidDataFileException">A path leads nowhere, or the split is missing or not told.</exception>
    public static List<SourceFile> Resolve(IReadOnlyList<string> paths, string? split)
    {
        if (paths.Count == 0)
        {
            throw new ArgumentException("At least one path must be given, but there is none.", nameof(paths));
        }

        if (split is not null && paths.All(path => Splits(path).Count == 0))
        {
            throw new InvalidDataFileException(paths[0], null, $"there are no splits here, so none is named '{split}'",
                "a folder with files of several splits, such as train.csv beside test.csv", "Leave the split out, or name the folder above.");
        }

        var files = new List<SourceFile>();
        foreach (string path in paths)
        {
            files.AddRange(Resolve(path, split));
        }

        return files;
    }

    /// <summary>The names of a folder's splits; empty for files, patterns and folders of one nameless split.</summary>
    /// <exception cref="InvalidDataFileException">The folder cannot be understood.</exception>
    public static IReadOnlyList<string> Splits(string path) =>
        File.Exists(path) || !Directory.Exists(path) ? [] : [.. DataFolder.Open(path).Splits.Select(part => part.Name).OfType<string>()];

    private static IReadOnlyList<SourceFile> Resolve(string path, string? split)
    {
        if (File.Exists(path))
        {
            return [new(path)];
        }

        if (Directory.Exists(path))
        {
            return DataFolder.Open(path).FilesOf(split);
        }

        if (!PathPattern.IsPattern(path))
        {
            return [new(path)];   // opening it tells why it cannot be read
        }

        var found = PathPattern.Find(path);
        return found.Count > 0 ? [.. found.Select(file => new SourceFile(file))] : throw new InvalidDataFileException(
            path, null, "no file fits this pattern", Readable, "Check the pattern; a relative one starts at the current folder, and ** stands for folders at any depth.");
    }
}
