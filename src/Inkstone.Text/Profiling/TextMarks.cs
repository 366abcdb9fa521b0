using System.Text;
using System.Text.RegularExpressions;

namespace Inkstone.Text.Profiling;

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

    /// <summary>The marks' names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Marks.Select(mark => mark.Name)];

    /// <summary>The marks that a text has, or one of a pair: their places in <see cref="Names"/>, ascending.</summary>
    public static IEnumerable<int> In(string text, string? pair = null)
    {
        for (var mark = 0; mark < Marks.Length; mark++)
        {
            if (Marks[mark].IsIn(text) || (pair is not null && Marks[mark].IsIn(pair)))
            {
                yield return mark;
            }
        }
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
