namespace Inkstone.Text.Corpora.Sources;

/// <summary>The files of one split.</summary>
/// <param name="Name">Its name, or null where a folder's files are not parted.</param>
/// <param name="Files">In reading order; at least one.</param>
internal sealed record DataSplit(string? Name, IReadOnlyList<SourceFile> Files);

/// <summary>
/// A folder with data: what <c>save_to_disk</c> wrote, a data set as the hub keeps it, PaddleNLP's files, or the files of one split.
/// </summary>
/// <remarks>
/// Looked for in this order: <c>dataset_dict.json</c>; <c>state.json</c>; files whose names tell their split, in the folder or in
/// <c>data/</c>; subfolders that bear a split's name; files that tell no split. The names in a <c>label.txt</c> go with every file.
/// </remarks>
internal sealed record DataFolder(string Path, IReadOnlyList<DataSplit> Splits)
{
    private static readonly string[] Extensions = [".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".arrow", ".txt"];
    private static readonly string[] NoData = ["dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json", LabelFile.Name, "readme.txt", "license.txt", "requirements.txt"];

    /// <summary>Finds out what lies in a folder.</summary>
    /// <exception cref="InvalidDataFileException">There are no data files, or they cannot be understood.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            return new(path, SavedDataset.TryOpen(path) ?? OpenPlain(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataFileException(path, null, $"the folder cannot be read ({e.Message.TrimEnd('.')})", "a folder that you may list", "Check its permissions.", e);
        }
    }

    /// <summary>The files of a split, or of the only one.</summary>
    /// <exception cref="InvalidDataFileException">There is no such split, or which one is meant was not told.</exception>
    public IReadOnlyList<SourceFile> FilesOf(string? split)
    {
        if (Splits.Count == 1 && (split is null || Splits[0].Name is null))
        {
            return Splits[0].Files;
        }

        string names = string.Join(", ", Splits.Select(part => part.Name));
        if (split is null)
        {
            throw new InvalidDataFileException(Path, null, $"the folder has the splits {names}", "one of them to be named", $"Say which one with --split, for instance --split {Splits[0].Name}.");
        }

        var found = Splits.FirstOrDefault(part => part.Name == split) ?? Splits.FirstOrDefault(part => SplitName.Canonical(part.Name!) == SplitName.Canonical(split));
        return found?.Files ?? throw new InvalidDataFileException(Path, null, $"the folder has no split '{split}'", $"one of {names}", "Name one of them.");
    }

    private static List<DataSplit> OpenPlain(string path)
    {
        var labelNames = LabelNamesOf(path);
        var here = DataFiles(path);
        string inner = System.IO.Path.Combine(path, "data");
        var below = Directory.Exists(inner) ? DataFiles(inner) : [];
        var parted = new[] { Parted(here), Parted(below), InFolders(path), InFolders(inner) }.FirstOrDefault(splits => splits.Count > 0);
        if (parted is not null)
        {
            return [.. Ordered(parted).Select(split => new DataSplit(split.Key, Checked(path, split.Key, split.Value, labelNames)))];
        }

        var files = here.Count > 0 ? here : below;
        return files.Count > 0 ? [new(null, Checked(path, null, files, labelNames))] : throw NothingIn(path);
    }

    private static Dictionary<string, List<string>> Parted(List<string> files) => files
        .Select(file => (Split: SplitName.OfFile(file), file)).Where(pair => pair.Split is not null)
        .GroupBy(pair => pair.Split!, pair => pair.file).ToDictionary(group => group.Key, group => group.ToList());

    private static Dictionary<string, List<string>> InFolders(string path) => !Directory.Exists(path) ? [] : Directory.GetDirectories(path)
        .Where(folder => SplitName.Usual.Contains(SplitName.Canonical(System.IO.Path.GetFileName(folder))))
        .Select(folder => (Split: SplitName.Canonical(System.IO.Path.GetFileName(folder)), Files: DataFiles(folder))).Where(pair => pair.Files.Count > 0)
        .GroupBy(pair => pair.Split, pair => pair.Files).ToDictionary(group => group.Key, group => group.SelectMany(files => files).ToList());

    private static IEnumerable<KeyValuePair<string, List<string>>> Ordered(Dictionary<string, List<string>> splits) => splits
        .OrderBy(split => SplitName.Usual.ToList().IndexOf(split.Key) is >= 0 and var place ? place : SplitName.Usual.Count)
        .ThenBy(split => split.Key, StringComparer.Ordinal);

    private static List<string> DataFiles(string folder) =>
    [
        .. Directory.GetFiles(folder)
            .Where(file => System.IO.Path.GetFileName(file) is var name && name[0] is not ('.' or '_') && !NoData.Contains(name.ToLowerInvariant()))
            .Where(file => Extensions.Contains(System.IO.Path.GetExtension(file).ToLowerInvariant()))
            .Order(NaturalOrder.Instance),
    ];

    /// <summary>A split that lies there in two formats would be read twice.</summary>
    private static List<SourceFile> Checked(string folder, string? split, List<string> files, IReadOnlyList<string>? labelNames)
    {
        var endings = files.Select(file => System.IO.Path.GetExtension(file).ToLowerInvariant()).Distinct().ToList();
        return endings.Count == 1 ? [.. files.Select(file => new SourceFile(file, labelNames))] : throw new InvalidDataFileException(
            folder, null, $"{(split is null ? "the files" : $"the files of the split {split}")} end in {string.Join(", ", endings)}",
            "files of one format, or else rows would count twice", "Name the files themselves, or a pattern such as *.csv.");
    }

    private static List<string>? LabelNamesOf(string folder)
    {
        if (LabelFile.NamesIn(folder) is not { } names)
        {
            return null;
        }

        return names.Count > 0 && names.Distinct().Count() == names.Count ? names : throw new InvalidDataFileException(
            System.IO.Path.Combine(folder, LabelFile.Name), null, names.Count == 0 ? "the file holds no label names" : "a label name stands twice", "one label name a line, each once", "Correct the file, or remove it.");
    }

    private static InvalidDataFileException NothingIn(string path)
    {
        int others = Directory.GetFiles(path).Length;
        return new(path, null, others == 0 ? "there are no data files in this folder" : FormattableString.Invariant($"none of the {others} files in this folder is a data file"),
            $"files that end in {string.Join(", ", Extensions)}, here or in data/", "Name the folder that holds them, or a file.");
    }
}
