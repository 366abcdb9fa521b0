using System.Text;
using System.Text.RegularExpressions;

namespace Inkstone.Evaluating.Errors;

/// <summary>How often rows with a mark in their text are judged wrongly, beside the others.</summary>
/// <param name="Mark">The mark's name.</param>
/// <param name="Rows">Rows that have it.</param>
/// <param name="Errors">Of these, the wrong ones.</param>
/// <param name="RowsWithout">Rows that do not have it.</param>
/// <param name="ErrorsWithout">Of these, the wrong ones.</param>
public sealed record MarkedErrors(string Mark, int Rows, int Errors, int RowsWithout, int ErrorsWithout)
{
    /// <summary>Share of wrong rows among those that have the mark; null without any.</summary>
    public double? ErrorRate => Rows == 0 ? null : (double)Errors / Rows;

    /// <summary>Between what ends that lies; null without any.</summary>
    public Interval? ErrorRateInterval => Rows == 0 ? null : Interval.OfShare(Errors, Rows);

    /// <summary>Share of wrong rows among the others; null without any.</summary>
    public double? ErrorRateWithout => RowsWithout == 0 ? null : (double)ErrorsWithout / RowsWithout;

    /// <summary>Share of wrong rows among all; null without any.</summary>
    public double? BaseErrorRate => Rows + RowsWithout == 0 ? null : (double)(Errors + ErrorsWithout) / (Rows + RowsWithout);
}

/// <summary>Simple marks of Chinese text that go with errors: what turns a sentence round, or says something else than its words.</summary>
public static partial class TextMarks
{
    private const double MuchLatin = 0.2;

    private static readonly (string Name, Func<string, bool> IsIn)[] Marks =
    [
        ("negation", text => text.AsSpan().IndexOfAny("不没无") >= 0),
        ("turn", text => text.AsSpan().IndexOfAny("但却") >= 0 || text.Contains("不过", StringComparison.Ordinal)),
        ("question", text => text.AsSpan().IndexOfAny('?', '？') >= 0),
        ("exclamation", text => text.AsSpan().IndexOfAny('!', '！') >= 0),
        ("irony_quotes", text => ShortQuotation().IsMatch(text)),
        ("emoji", text => BracketEmoticon().IsMatch(text) || text.EnumerateRunes().Any(IsEmoji)),
        ("hashtag", text => Hashtag().IsMatch(text)),
        ("latin", text => LatinShare(text) >= MuchLatin),
    ];

    /// <summary>The marks, in the order of <see cref="Measure"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Marks.Select(mark => mark.Name)];

    /// <summary>The marks that a text has.</summary>
    public static IReadOnlyList<string> Of(string text) => [.. Marks.Where(mark => mark.IsIn(text)).Select(mark => mark.Name)];

    /// <summary>Error rates by mark; of a pair, both texts are looked at.</summary>
    public static IReadOnlyList<MarkedErrors> Measure(IReadOnlyList<JudgedRow> rows)
    {
        var errors = rows.Count(row => row.IsWrong);
        var (with, wrong) = (new int[Marks.Length], new int[Marks.Length]);
        foreach (var row in rows)
        {
            for (var mark = 0; mark < Marks.Length; mark++)
            {
                if (Marks[mark].IsIn(row.Row.Text) || (row.Row.TextPair is { } pair && Marks[mark].IsIn(pair)))
                {
                    with[mark]++;
                    wrong[mark] += row.IsWrong ? 1 : 0;
                }
            }
        }

        return [.. Marks.Select((mark, index) => new MarkedErrors(mark.Name, with[index], wrong[index], rows.Count - with[index], errors - wrong[index]))];
    }

    private static double LatinShare(string text)
    {
        var (letters, latin) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
            {
                letters++;
                latin += rune.Value < 0x250 ? 1 : 0;
            }
        }

        return letters == 0 ? 0 : (double)latin / letters;
    }

    private static bool IsEmoji(Rune rune) => rune.Value is (>= 0x1F000 and <= 0x1FAFF) or (>= 0x2600 and <= 0x27BF) or (>= 0x2B00 and <= 0x2BFF) or 0xFE0F;

    // “专业” 的服务: a word or two in quotation marks, which is often not meant.
    [GeneratedRegex("[“\"「『‘]([^“”\"「」『』‘’\\s]{1,6})[”\"」』’]", RegexOptions.CultureInvariant)]
    private static partial Regex ShortQuotation();

    // Weibo writes its own emoji as words: [笑cry].
    [GeneratedRegex(@"[\[［][\p{L}\p{Nd}]{1,6}[\]］]", RegexOptions.CultureInvariant)]
    private static partial Regex BracketEmoticon();

    [GeneratedRegex(@"[#＃][^#＃\s]{1,40}([#＃]|\s|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Hashtag();
}
