using Inkstone.Recipes;
using Inkstone.Text.Corpora;

namespace Inkstone.Preparing;

/// <summary>Where the rows of one part of a run lie.</summary>
/// <param name="Paths">Files, patterns and folders.</param>
/// <param name="Split">The split to take of the folders that have splits; null where none has.</param>
public sealed record SplitFiles(IReadOnlyList<string> Paths, string? Split)
{
    /// <summary>The files themselves, in reading order.</summary>
    /// <exception cref="InvalidDataFileException">A path leads nowhere, or a folder lacks the split.</exception>
    public IReadOnlyList<string> Files => CorpusReader.Files(Paths, Split);

    /// <summary>Files beside them that say what their labels are called (PaddleNLP's <c>label.txt</c>).</summary>
    public IEnumerable<string> LabelFiles =>
        Files.Select(file => Path.Combine(Path.GetDirectoryName(file) ?? "", "label.txt")).Distinct().Where(File.Exists);

    /// <summary>What a recipe says of its training rows.</summary>
    public static SplitFiles TrainOf(DataOptions data) => Of(data.TrainFile, "train");

    /// <summary>What a recipe says of its validation rows: its own key, or else the split of the training rows' folder; null where there are neither, or the key is an empty list.</summary>
    public static SplitFiles? ValidationOf(DataOptions data) => data.ValidationFile is { } own ? own.Count > 0 ? Of(own, "validation") : null : BesideTrain(data, "validation", "val", "valid", "dev");

    /// <summary>What a recipe says of its test rows: its own key, or else the split of the training rows' folder; null where there are neither, or the key is an empty list.</summary>
    public static SplitFiles? TestOf(DataOptions data) => data.TestFile is { } own ? own.Count > 0 ? Of(own, "test") : null : BesideTrain(data, "test");

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Paths) + (Split is null ? "" : $" ({Split})");

    private static SplitFiles Of(FilePaths paths, string split) => new(paths, paths.Any(path => CorpusReader.Splits(path).Count > 0) ? split : null);

    private static SplitFiles? BesideTrain(DataOptions data, params string[] names)
    {
        var folders = data.TrainFile.Where(path => CorpusReader.Splits(path).Any(names.Contains)).ToList();
        return folders.Count > 0 ? new(folders, names[0]) : null;
    }
}
