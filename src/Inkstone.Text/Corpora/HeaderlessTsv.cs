using System.Text;

namespace Inkstone.Text.Corpora;

/// <summary>PaddleNLP's form of a labelled file: <c>text⇥label</c> a line and no header, often with the names of the labels in a <c>label.txt</c> beside it.</summary>
/// <remarks>
/// A text may hold a tab too, so all lines at hand must agree: one tab each, and second fields that repeat as labels do
/// or stand in <c>label.txt</c>. A file called <c>.tsv</c> is a table for certain; any other must show it over more lines.
/// </remarks>
internal static class HeaderlessTsv
{
    private const int LongestLabel = 64;
    private const int FewestLines = 8;
    private const int LinesOfALabel = 4;

    /// <summary>The columns that such a file has.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["text", "label"];

    /// <summary>Whether the lines that the window shows look so. Loads nothing: a pipe is not waited for.</summary>
    public static bool Matches(ByteWindow window, ReadOptions options) =>
        !options.NamedColumns.Any() && SecondFields(window.Bytes, window.Ended, options) is { Count: > 0 } labels && AreLabels(labels, window.Name);

    /// <summary>The names in a <c>label.txt</c> beside a file, in the order of their ids; null where it has none, or this is no file.</summary>
    public static IReadOnlyList<string>? LabelNames(string path) =>
        File.Exists(path) && LabelFile.NamesIn(Path.GetDirectoryName(path) ?? "") is { Count: > 0 } names ? names : null;

    /// <summary>The second field of every whole line; null where a line has not two fields, or the first line is a header.</summary>
    private static List<string>? SecondFields(ReadOnlySpan<byte> bytes, bool ended, ReadOptions options)
    {
        var fields = new List<string>();
        while (bytes.IndexOf((byte)'\n') is var length && (length >= 0 || (ended && !bytes.IsEmpty)))
        {
            var line = length < 0 ? bytes : bytes[..length];
            line = line.TrimEnd((byte)'\r');
            bytes = length < 0 ? default : bytes[(length + 1)..];
            if (line.IsEmpty)
            {
                continue;
            }

            int tab = line.IndexOf((byte)'\t');
            if (tab < 0 || line[(tab + 1)..].Contains((byte)'\t') || line.Length - tab - 1 > 4 * LongestLabel)
            {
                return null;
            }

            fields.Add(Encoding.UTF8.GetString(line[(tab + 1)..]));
            if (fields.Count == 1 && new[] { Encoding.UTF8.GetString(line[..tab]), fields[0] }.Any(cell => Corpora.Columns.IsUsual(cell.Trim(), options)))
            {
                return null;
            }
        }

        return fields;
    }

    private static bool AreLabels(List<string> fields, string path)
    {
        var labels = fields.ToHashSet(StringComparer.Ordinal);
        if (LabelNames(path) is { } names && labels.All(label => label.Length == 0 || names.Contains(label)))
        {
            return true;
        }

        bool isTable = Path.GetExtension(path).ToUpperInvariant() is ".TSV" or ".TAB";
        return labels.All(label => label.Length <= LongestLabel)
            && fields.Count(field => field == fields[0]) > 1
            && (isTable ? labels.Count * 2 <= fields.Count : fields.Count >= FewestLines && labels.Count * LinesOfALabel <= fields.Count);
    }
}
