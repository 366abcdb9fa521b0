using System.Text.RegularExpressions;
using Inkstone.Text.Corpora;

namespace Inkstone.Text.Profiling;

/// <summary>A file, or one split of a folder, that a report tells about.</summary>
/// <param name="Path">What <see cref="CorpusReader"/> opens. It is read once, and once more where leaks are looked for.</param>
/// <param name="Split">What tables call it.</param>
/// <param name="Options">How to read it; <see cref="ReadOptions.Opened"/> and <see cref="ReadOptions.SetAside"/> are told too.</param>
public sealed partial record ReportInput(string Path, string Split, ReadOptions Options)
{
    /// <summary>Reads the rows where <see cref="Path"/> is no file's; null where it is.</summary>
    public Func<ReadOptions, IEnumerable<Row>>? Source { get; init; }

    /// <summary>
    /// Names each input after the split in its file's name where it has one (<c>dev.tsv</c>), else after the file. A folder with splits is
    /// one input a split, unless <paramref name="options"/> choose one.
    /// </summary>
    /// <param name="paths">Files, patterns and folders; <c>name=path</c> says the name, unless a file of that whole name exists.</param>
    /// <param name="options">How to read all of them.</param>
    /// <returns>The inputs in the order of the paths, their names all different where the paths are.</returns>
    /// <exception cref="InvalidDataFileException">A folder holds no data, or cannot be understood.</exception>
    public static IReadOnlyList<ReportInput> Of(IEnumerable<string> paths, ReadOptions options)
    {
        var named = paths.Select(Told).SelectMany(input => SplitsOf(input, options)).ToArray();
        var bySplit = named.Select(input => input.Name ?? input.Split ?? SplitIn(input.Path)).ToArray();
        var byFile = named.Select(input => input.Name ?? With(System.IO.Path.GetFileName(input.Path.TrimEnd('/')), input.Split)).ToArray();
        return [.. named.Select((input, i) => new ReportInput(input.Path, Name(i), options with { Split = input.Split }))];

        string Name(int i) =>
            bySplit.Count(name => name == bySplit[i]) == 1 ? bySplit[i]
            : byFile.Count(name => name == byFile[i]) == 1 ? byFile[i]
            : named[i].Name is { } name && byFile.Take(i).Contains(name) ? FormattableString.Invariant($"{name} {i + 1}")
            : With(named[i].Path, named[i].Split);
    }

    /// <summary>Its rows.</summary>
    internal IEnumerable<Row> Read(ReadOptions options) => Source?.Invoke(options) ?? CorpusReader.Read(Path, options);

    /// <summary>The split that a path's last part names (<c>train</c>, <c>dev</c>, <c>validation</c>, <c>test</c>, …), else that part itself.</summary>
    public static string SplitIn(string path)
    {
        var name = System.IO.Path.GetFileName(path.TrimEnd('/'));
        return SplitWord().Match(name) is { Success: true } match ? match.Value.ToLowerInvariant() : name;
    }

    /// <summary>The input itself, or each split of the folder that it is.</summary>
    private static IEnumerable<(string? Name, string Path, string? Split)> SplitsOf((string? Name, string Path) input, ReadOptions options)
    {
        var splits = CorpusReader.Splits(input.Path);
        if (splits.Count == 0 || options.Split is not null)
        {
            return [(input.Name, input.Path, options.Split)];
        }

        return splits.Select(split => (input.Name is null ? null : splits.Count == 1 ? input.Name : With(input.Name, split), input.Path, (string?)split));
    }

    private static string With(string name, string? split) => split is null ? name : $"{name} {split}";

    private static (string? Name, string Path) Told(string argument)
    {
        var sign = argument.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && !argument[..sign].Contains('/', StringComparison.Ordinal) && !System.IO.Path.Exists(argument) ? (argument[..sign], argument[(sign + 1)..]) : (null, argument);
    }

    // A word of its own: "latest.csv" names no split, "usual_train.json" does.
    [GeneratedRegex("(?<![a-z])(train|training|dev|development|validation|valid|val|eval|test)(?![a-z])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SplitWord();
}
