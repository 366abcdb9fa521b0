using System.Text.RegularExpressions;

namespace Inkstone.Text.Corpora.Sources;

/// <summary>How files and folders say to which split they belong.</summary>
internal static partial class SplitName
{
    /// <summary>The three splits of nearly every data set, in the order in which they are listed.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["train", "validation", "test"];

    /// <summary>One name for each of the usual splits: <c>dev</c>, <c>development</c>, <c>val</c> and <c>valid</c> mean <c>validation</c>. Other names stay.</summary>
    public static string Canonical(string name) => name.ToLowerInvariant() switch
    {
        "train" or "training" => "train",
        "validation" or "valid" or "val" or "dev" or "development" => "validation",
        "test" or "testing" or "eval" or "evaluation" => "test",
        _ => name,
    };

    /// <summary>The split that a file's name tells: <c>train-00000-of-00003.parquet</c>, <c>reviews_dev.csv</c>; null where it tells none.</summary>
    public static string? OfFile(string fileName)
    {
        string stem = Path.GetFileNameWithoutExtension(fileName);
        if (Shard().Match(stem) is { Success: true } shard)
        {
            return Word().Match(shard.Groups[1].Value) is { Success: true } inside ? Canonical(inside.Value) : shard.Groups[1].Value;
        }

        return Word().Match(stem) is { Success: true } word ? Canonical(word.Value) : null;
    }

    [GeneratedRegex(@"^(.+?)-\d{5}-of-\d{5}", RegexOptions.CultureInvariant)]
    private static partial Regex Shard();

    [GeneratedRegex(@"(?<![A-Za-z])(train|training|validation|valid|val|dev|development|test|testing|eval|evaluation)(?![A-Za-z])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
