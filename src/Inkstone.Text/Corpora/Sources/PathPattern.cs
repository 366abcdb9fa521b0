using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Inkstone.Text.Corpora.Sources;

/// <summary>A path with <c>*</c>, <c>?</c> and <c>[…]</c> (one of these characters, <c>[!…]</c> none of them) inside names, or <c>**</c> for folders at any depth. Hidden files fit only names that begin with a dot.</summary>
internal static partial class PathPattern
{
    private static readonly EnumerationOptions Unhidden = new() { AttributesToSkip = FileAttributes.Hidden, IgnoreInaccessible = true };
    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>Whether the path is meant as a pattern; a file that has such a name goes before.</summary>
    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?') || HasSet(path);

    /// <summary>The files that fit, each once, in natural order.</summary>
    public static List<string> Find(string pattern)
    {
        string root = Path.GetPathRoot(pattern) ?? "";
        string[] parts = pattern[root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return [.. Find(root, parts).Distinct().Order(NaturalOrder.Instance)];
    }

    private static IEnumerable<string> Find(string folder, string[] parts)
    {
        var (part, rest) = (parts[0], parts[1..]);
        if (part == "**")
        {
            var below = Entries(folder, "*", Directory.EnumerateDirectories).Where(path => new DirectoryInfo(path).LinkTarget is null);
            return (rest.Length > 0 ? Find(folder, rest) : Find(folder, ["*"])).Concat(below.SelectMany(path => Find(path, parts)));
        }

        if (rest.Length > 0)
        {
            return IsPattern(part)
                ? Entries(folder, part, Directory.EnumerateDirectories).SelectMany(path => Find(path, rest))
                : Directory.Exists(Path.Combine(folder, part)) ? Find(Path.Combine(folder, part), rest) : [];
        }

        return IsPattern(part)
            ? Entries(folder, part, Directory.EnumerateFiles)
            : File.Exists(Path.Combine(folder, part)) ? [Path.Combine(folder, part)] : [];
    }

    private static IEnumerable<string> Entries(string folder, string pattern, Func<string, string, EnumerationOptions, IEnumerable<string>> enumerate) =>
        enumerate(folder.Length == 0 ? "." : folder, "*", pattern[0] == '.' ? All : Unhidden)
            .Where(Fits(pattern))
            .Select(path => Path.Combine(folder, Path.GetFileName(path)));

    private static bool HasSet(string path) => Set().IsMatch(path);

    private static Func<string, bool> Fits(string pattern)
    {
        if (!HasSet(pattern))
        {
            return path => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path.AsSpan()), ignoreCase: false);
        }

        var regex = new Regex($"^{Part().Replace(pattern, part => Translate(part.Value))}\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline);
        return path => regex.IsMatch(Path.GetFileName(path.AsSpan()));
    }

    private static string Translate(string part) => part switch
    {
        "*" => ".*",
        "?" => ".",
        ['[', '!' or '^', .. var none, ']'] when none.Length > 0 => $"[^{Members(none)}]",
        ['[', .. var some, ']'] when some.Length > 0 => $"[{Members(some)}]",
        _ => Regex.Escape(part),
    };

    /// <summary>Characters and ranges of a set, with what only regular expressions know taken literally.</summary>
    private static string Members(string members) => members.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)
        .Replace("]", "\\]", StringComparison.Ordinal).Replace("^", "\\^", StringComparison.Ordinal);

    [GeneratedRegex(@"\[[^\]/]+\]", RegexOptions.CultureInvariant)]
    private static partial Regex Set();

    [GeneratedRegex(@"\[[^\]/]+\]|.", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Part();
}
