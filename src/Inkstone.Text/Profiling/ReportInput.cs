using System.Text.RegularExpressions;
using Inkstone.Text.Corpora;

namespace Inkstone.Text.Profiling;

/// <summary>A file, or one split of a folder, that a report tells about.</summary>
/// <param name="Path">What <see cref="CorpusReader"/> opens. It is read once, and once more where leaks are looked for.</param>
/// <param name="Split">What tables call it.</param>
/// <param name="Options">How to read it; <see cref="ReadOptions.Opened"/> and <see cref="ReadOptions.SetAside"/> are told too.</param>
public sealed partial record ReportInput(string Path, string Split, ReadOptions Options)
{
    /// <summary>Names each input after the split in its file's name where it has one (<c>dev.tsv</c>), else after the file.</summary>
    /// <param name="paths">Paths; <c>name=path</c> says the name, unless a file of that whole name exists.</param>
    /// <param name="options">How to read all of them.</param>
    /// <returns>One input a path, in their order, their names all different where the paths are.</returns>
    public static IReadOnlyList<ReportInput> Of(IEnumerable<string> paths, ReadOptions options)
    {
        var named = paths.Select(Told).ToArray();
        var bySplit = named.Select(input => input.Name ?? SplitIn(input.Path)).ToArray();
        var byFile = named.Select(input => input.Name ?? System.IO.Path.GetFileName(input.Path.TrimEnd('/'))).ToArray();
        return [.. named.Select((input, i) => new ReportInput(input.Path, Name(i), options))];

        string Name(int i) =>
            bySplit.Count(name => name == bySplit[i]) == 1 ? bySplit[i]
            : byFile.Count(name => name == byFile[i]) == 1 ? byFile[i]
            : named[i].Name is { } name && byFile.Take(i).Contains(name) ? FormattableString.Invariant($"{name} {i + 1}")
            : named[i].Path;
    }

    /// <summary>The split that a path's last part names (<c>train</c>, <c>dev</c>, <c>validation</c>, <c>test</c>, …), else that part itself.</summary>
    public static string SplitIn(string path)
    {
        var name = System.IO.Path.GetFileName(path.TrimEnd('/'));
        return SplitWord().Match(name) is { Success: true } match ? match.Value.ToLowerInvariant() : name;
    }

    private static (string? Name, string Path) Told(string argument)
    {
        var sign = argument.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && !argument[..sign].Contains('/', StringComparison.Ordinal) && !System.IO.Path.Exists(argument) ? (argument[..sign], argument[(sign + 1)..]) : (null, argument);
    }

    // A word of its own: "latest.csv" names no split, "usual_train.json" does.
    [GeneratedRegex("(?<![a-z])(train|training|dev|development|validation|valid|val|eval|test)(?![a-z])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SplitWord();
}
