namespace Inkstone.Text.Tokenizing;

/// <summary>The stretch of a text that a token covers, <c>[Start, End)</c>; special tokens that stand for no text have (0, 0).</summary>
/// <param name="Start">Index of the first character.</param>
/// <param name="End">Index behind the last character.</param>
public readonly record struct CharSpan(int Start, int End)
{
    /// <summary>How many characters are covered.</summary>
    public int Length => End - Start;

    /// <summary>
    /// Rewrites spans that count Unicode code points as spans of UTF-16 units, so that <c>text[start..end]</c> is the
    /// covered text.
    /// </summary>
    /// <param name="text">The text that the spans belong to.</param>
    /// <param name="spans">Spans in code points, in any order.</param>
    /// <returns>The same spans in UTF-16 units.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A span reaches beyond the text.</exception>
    public static CharSpan[] ToUtf16(ReadOnlySpan<char> text, IReadOnlyList<CharSpan> spans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        var units = new List<int>(text.Length + 1);
        for (var i = 0; i < text.Length; i++)
        {
            units.Add(i);
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
        }

        units.Add(text.Length);
        return [.. spans.Select(span => new CharSpan(units[span.Start], units[span.End]))];
    }
}
