using System.Globalization;
using System.Text.Json.Nodes;

namespace Inkstone.Evaluating.Errors;

/// <summary>Some of the rows that have something in common.</summary>
/// <param name="By">What they are sliced by: <c>length</c>, <c>truncated</c>, <c>chunks_agree</c> (documents of several chunks), <c>seen</c>, <c>id_prefix</c>, <c>file</c>, or a column's name.</param>
/// <param name="Value">What they have in common.</param>
/// <param name="Rows">How many.</param>
/// <param name="Errors">Of these, the wrong ones.</param>
/// <param name="Accuracy">Share of the right ones.</param>
/// <param name="AccuracyInterval">Between what ends that lies.</param>
/// <param name="MacroF1">Over the classes that occur in the slice, as label or as prediction.</param>
public sealed record Slice(string By, string Value, int Rows, int Errors, double Accuracy, Interval AccuracyInterval, double MacroF1);

/// <summary>The rows cut by what is known of them: where is the classifier worse?</summary>
public static class Slices
{
    /// <summary>Values of a column that get a slice of their own; the rest is <c>(other)</c>.</summary>
    private const int MostValues = 20;

    private static readonly string[] Ours = ["length", "truncated", "chunks_agree", "seen", "id_prefix", "file"];

    private static readonly char[] IdSeparators = ['-', '_', ':', '/'];

    private static readonly int[] LengthEnds = [20, 50, 100, 200, 500, 1000, int.MaxValue];

    /// <summary>Every slice that has rows, those of one kind together.</summary>
    public static IReadOnlyList<Slice> Of(IReadOnlyList<JudgedRow> rows) =>
    [
        .. By("length", rows, row => LengthEnds.First(end => LengthOf(row) <= end), LengthName),
        .. By("truncated", rows.Where(row => row.Truncated is not null), row => row.Truncated!.Value, YesOrNo),
        .. By("chunks_agree", rows.Where(row => row.Chunks is not null), row => row.Chunks!.IsUnanimous, YesOrNo),
        .. By("seen", rows.Where(row => row.Seen is not null), row => row.Seen!.Value, YesOrNo),
        .. ByIdPrefix(rows),
        .. rows.Select(row => row.Row.File).Distinct().Take(2).Count() > 1 ? ByColumn("file", rows, row => row.Row.File) : [],
        .. rows.SelectMany(row => row.Row.Metadata).Select(column => column.Key).Distinct().SelectMany(name => ByColumn(Ours.Contains(name) ? $"{name}_in_file" : name, rows, row => Shown(row, name))),
    ];

    /// <summary>Ids such as <c>thuc-17</c> and <c>portal-4</c> name their sources.</summary>
    private static IEnumerable<Slice> ByIdPrefix(IReadOnlyList<JudgedRow> rows)
    {
        var prefixes = rows.Select(row => row.Row.Id is { } id && id.IndexOfAny(IdSeparators) is > 0 and var end ? id[..end] : "").ToArray();
        return prefixes.Contains("") || prefixes.Distinct().Count() is < 2 or > MostValues ? []
            : rows.Zip(prefixes).GroupBy(row => row.Second).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Measure("id_prefix", group.Key, [.. group.Select(row => row.First)]));
    }

    /// <summary>A column with a few values is sliced by them, numbers of many values by their quarters; a column of nearly as many values as rows is none.</summary>
    private static IEnumerable<Slice> ByColumn(string name, IReadOnlyList<JudgedRow> rows, Func<JudgedRow, string> valueOf)
    {
        var values = rows.Select(valueOf).ToArray();
        var frequent = values.CountBy(value => value).OrderByDescending(value => value.Value).ThenBy(value => value.Key, StringComparer.Ordinal).ToArray();
        if (frequent.Length <= MostValues)
        {
            return frequent.Length == rows.Count && rows.Count > 2 ? [] : By(name, rows, valueOf, value => value);
        }

        var numbers = values.Select(value => double.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : double.NaN).ToArray();
        if (numbers.All(double.IsFinite))
        {
            return frequent.Length == rows.Count && numbers.All(double.IsInteger) ? [] : ByQuarter(name, rows, numbers);   // numbers of rows say nothing
        }

        var kept = frequent.Take(MostValues).Where(value => value.Value > 1).Select(value => value.Key).ToHashSet(StringComparer.Ordinal);
        return frequent.Length > rows.Count / 2 || kept.Count == 0 ? [] : By(name, rows, row => kept.Contains(valueOf(row)) ? valueOf(row) : "(other)", value => value);
    }

    private static IEnumerable<Slice> ByQuarter(string name, IReadOnlyList<JudgedRow> rows, double[] numbers)
    {
        var sorted = numbers.Order().ToArray();
        var ends = Enumerable.Range(1, 4).Select(quarter => sorted[(quarter * sorted.Length / 4) - 1]).Distinct().ToArray();
        var quarters = numbers.Select(number => Array.FindIndex(ends, end => number <= end)).ToArray();
        var places = rows.Select((row, index) => (row, quarters[index])).ToArray();
        return places.GroupBy(place => place.Item2).OrderBy(group => group.Key).Select(group =>
            Measure(name, string.Create(CultureInfo.InvariantCulture, $"{(group.Key == 0 ? sorted[0] : ends[group.Key - 1])} to {ends[group.Key]}"), [.. group.Select(place => place.row)]));
    }

    private static IEnumerable<Slice> By<T>(string by, IEnumerable<JudgedRow> rows, Func<JudgedRow, T> key, Func<T, string> name) =>
        rows.GroupBy(key).OrderBy(group => group.Key).Select(group => Measure(by, name(group.Key), [.. group]));

    private static Slice Measure(string by, string value, JudgedRow[] rows)
    {
        int[] labels = [.. rows.Select(row => row.LabelId)], predicted = [.. rows.Select(row => row.Predicted)];
        var counts = HeadlineCounts.Of(labels, predicted, Math.Max(labels.Max(), predicted.Max()) + 1);
        var right = counts.Right;
        return new(by, value, rows.Length, rows.Length - right, counts.Accuracy, Interval.OfShare(right, rows.Length), counts.MacroF1With(absent: 0));
    }

    private static int LengthOf(JudgedRow row) => CodePoints(row.Row.Text) + (row.Row.TextPair is { } pair ? CodePoints(pair) : 0);

    private static int CodePoints(string text) => text.Length - text.Count(char.IsLowSurrogate);

    private static string LengthName(int end)
    {
        var index = Array.IndexOf(LengthEnds, end);
        var first = index == 0 ? 0 : LengthEnds[index - 1] + 1;
        return end == int.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"{first}+ characters") : string.Create(CultureInfo.InvariantCulture, $"{first}-{end} characters");
    }

    private static string YesOrNo(bool value) => value ? "yes" : "no";

    private static string Shown(JudgedRow row, string name) => row.Row.Metadata.FirstOrDefault(column => column.Key == name).Value is { } value
        ? value is JsonValue single && single.TryGetValue(out string? text) ? text : value.ToJsonString()
        : "(none)";
}
