using System.Globalization;
using System.Text;
using Inkstone.Text.Icu;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Explaining;

/// <summary>What scores are given for.</summary>
public enum UnitKind
{
    /// <summary>The vocabulary's pieces.</summary>
    Token,

    /// <summary>What a reader sees as one character, an emoji of many code points included.</summary>
    Character,

    /// <summary>Words by ICU's dictionary, signs and white space as pieces of their own.</summary>
    Word,
}

/// <summary>A piece of a text with the score of its tokens. Pieces follow each other without gap and make up the text.</summary>
/// <param name="Text">The piece.</param>
/// <param name="Start">Its first code point.</param>
/// <param name="End">The code point behind its last.</param>
/// <param name="Score">The sum of its characters' scores; null where no token stands for any of them: white space, and what was cut off.</param>
public readonly record struct TextUnit(string Text, int Start, int End, double? Score);

/// <summary>Cuts a text into units, each a span of code points.</summary>
internal static class TextUnits
{
    /// <summary>Spans that follow each other and cover the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="kind">What to cut into.</param>
    /// <param name="tokens">For tokens: their spans, in any order; what lies between them becomes spans as well.</param>
    /// <exception cref="DllNotFoundException">Words are asked for, and there is no ICU on this machine.</exception>
    public static IReadOnlyList<CharSpan> Of(string text, UnitKind kind, IEnumerable<CharSpan> tokens) => kind switch
    {
        UnitKind.Token => Tiled(tokens, CodePoints(text)),
        UnitKind.Character => ByUtf16(text, StringInfo.ParseCombiningCharacters(text)),
        UnitKind.Word => Words(text),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>How many code points a text has; half of a surrogate pair counts as one.</summary>
    public static int CodePoints(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (; !text.IsEmpty; count++)
        {
            Rune.DecodeFromUtf16(text, out _, out var length);
            text = text[length..];
        }

        return count;
    }

    private static List<CharSpan> Words(string text)
    {
        using var breaker = new WordBreaker();
        return ByUtf16(text, [.. breaker.Break(text).Select(word => word.Start.Value)]);
    }

    private static List<CharSpan> ByUtf16(string text, int[] starts)
    {
        var spans = new List<CharSpan>(starts.Length);
        var at = 0;
        for (var index = 0; index < starts.Length; index++)
        {
            var end = index + 1 < starts.Length ? starts[index + 1] : text.Length;
            var length = CodePoints(text.AsSpan(starts[index]..end));
            spans.Add(new(at, at + length));
            at += length;
        }

        return spans;
    }

    private static List<CharSpan> Tiled(IEnumerable<CharSpan> tokens, int length)
    {
        var spans = new List<CharSpan>();
        var at = 0;
        foreach (var token in tokens.Where(span => span.Length > 0).Distinct().OrderBy(span => span.Start).ThenBy(span => span.End))
        {
            if (token.Start > at)
            {
                spans.Add(new(at, token.Start));
            }

            // Two tokens of one character: their scores meet on it.
            if (token.End > Math.Max(at, token.Start))
            {
                spans.Add(new(Math.Max(at, token.Start), token.End));
            }

            at = Math.Max(at, token.End);
        }

        if (at < length)
        {
            spans.Add(new(at, length));
        }

        return spans;
    }
}
