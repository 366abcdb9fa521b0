using System.Text.RegularExpressions;

namespace Inkstone.Text.Corpora;

/// <summary>From a label as a file has it to the label that a row carries: unlabelled, a whole number, a name, or what the label map makes of it.</summary>
/// <remarks>
/// A table program that has seen an empty cell writes 1 as <c>1.0</c>: that is the label 1. A number with a fraction is a
/// score and no class, unless the label map says which class it is. White space around a label is none of it.
/// </remarks>
internal sealed partial class LabelReading(ReadOptions options)
{
    private readonly HashSet<string> unlabelled = [.. options.UnlabelledValues];
    private string? lastSeen;
    private string? lastRead;

    /// <summary>Reads one label.</summary>
    /// <exception cref="InvalidDataFileException">It is a number with a fraction, or not in the label map.</exception>
    public string? Read(string? label, string file, int line)
    {
        if (label is null || label != lastSeen)   // labels repeat, row after row
        {
            (lastRead, lastSeen) = (Interpret(label, file, line), label);
        }

        return lastRead;
    }

    private string? Interpret(string? label, string file, int line)
    {
        if (label is not null && options.LabelMap?.GetValueOrDefault(label) is { } exact && !unlabelled.Contains(label))
        {
            return exact;
        }

        label = label?.Trim();
        if (string.IsNullOrEmpty(label) || unlabelled.Contains(label))
        {
            return null;
        }

        if (options.LabelMap?.GetValueOrDefault(label) is { } name)
        {
            return name;
        }

        string whole = label[^1] is >= '0' and <= '9' ? WithoutZeroFraction(label, file, line) : label;
        return unlabelled.Contains(whole) ? null
            : options.LabelMap is not { } map ? whole
            : map.GetValueOrDefault(whole) ?? (map.Values.Contains(whole) ? whole : throw NotInMap(whole, map, file, line));
    }

    private static string WithoutZeroFraction(string label, string file, int line)
    {
        if (!Fraction().IsMatch(label))
        {
            return label;
        }

        string digits = label[..label.IndexOf('.', StringComparison.Ordinal)];
        return label.AsSpan(digits.Length + 1).ContainsAnyExcept('0')
            ? throw new InvalidDataFileException(file, line, $"the label {label} is a number with a fraction, so it looks like a score and not like a class",
                "a name or a whole number", $"Name another column with label_column, or say which class each value is with label_map ({{{label}: NAME, …}}).")
            : digits;
    }

    private static InvalidDataFileException NotInMap(string label, IReadOnlyDictionary<string, string> map, string file, int line) => new(
        file, line, $"the label '{label}' is not in label_map", $"one of {string.Join(", ", map.Keys.Take(20))}{(map.Count > 20 ? ", …" : "")}",
        "Add it to label_map, or correct the row.");

    [GeneratedRegex(@"^-?\d+\.\d+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Fraction();
}
