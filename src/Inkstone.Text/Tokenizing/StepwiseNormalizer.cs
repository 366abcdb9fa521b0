using Inkstone.Text.Tokenizing.Characters;

namespace Inkstone.Text.Tokenizing;

/// <summary>
/// BERT's normalizer as Hugging Face runs it, one pass after another over the whole text: clean, set ideographs apart,
/// decompose and sort, drop accents, lower-case. Slow and exact; it serves the text that the scanner's table cannot, and
/// tests hold the table against it.
/// </summary>
internal static class StepwiseNormalizer
{
    /// <summary>Normalizes text, keeping for every unit the span of text that it came from.</summary>
    /// <param name="text">Any UTF-16; half a surrogate pair is dropped.</param>
    /// <param name="offset">The offset of the first character.</param>
    /// <param name="countPairs">Whether offsets count a surrogate pair once.</param>
    /// <param name="map">What each code point becomes.</param>
    /// <param name="output">Is cleared and written to.</param>
    internal static void Normalize(ReadOnlySpan<char> text, int offset, bool countPairs, CharacterMap map, NormalizedText output)
    {
        output.Clear();
        var cleaned = Clean(text, offset, countPairs, map.Options.TokenizeChineseChars);
        var decomposed = map.Options.StripsAccents ? Decompose(cleaned) : cleaned;
        Span<int> lower = stackalloc int[2];
        foreach (var (codePoint, origin) in decomposed)
        {
            if (map.Options.StripsAccents && CharacterData.IsNonspacingMark(codePoint))
            {
                continue;
            }

            lower[0] = codePoint;
            foreach (var part in lower[..(map.Options.DoLowerCase ? CharacterData.ToLower(codePoint, lower) : 1)])
            {
                output.AddCodePoint(part, origin);
            }
        }
    }

    private static List<(int CodePoint, CharSpan Origin)> Clean(ReadOnlySpan<char> text, int offset, bool countPairs, bool setIdeographsApart)
    {
        var cleaned = new List<(int, CharSpan)>(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            var codePoint = isPair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i];
            var origin = new CharSpan(offset, offset + (isPair && !countPairs ? 2 : 1));
            i += isPair ? 2 : 1;
            offset = origin.End;
            if ((!isPair && char.IsSurrogate((char)codePoint)) || CharacterData.IsRemoved(codePoint))
            {
                continue;
            }

            var isIdeograph = setIdeographsApart && CharacterData.IsIdeograph(codePoint);
            if (isIdeograph)
            {
                cleaned.Add((' ', origin));
            }

            cleaned.Add((CharacterData.IsSpace(codePoint) ? ' ' : codePoint, origin));
            if (isIdeograph)
            {
                cleaned.Add((' ', origin));
            }
        }

        return cleaned;
    }

    /// <summary>
    /// Canonical decomposition. Origins follow the places, not the marks: where sorting exchanges two marks, the first place
    /// keeps the first origin. That is how the reference aligns them.
    /// </summary>
    private static List<(int CodePoint, CharSpan Origin)> Decompose(List<(int CodePoint, CharSpan Origin)> source)
    {
        var parts = new List<(int CodePoint, int Rank, bool IsFirst)>(source.Count);
        Span<int> buffer = stackalloc int[CharacterData.MaxExpansion];
        foreach (var (codePoint, _) in source)
        {
            var count = CharacterData.Decompose(codePoint, buffer);
            for (var i = 0; i < count; i++)
            {
                parts.Add((buffer[i], CharacterData.CombiningRank(buffer[i]), i == 0));
            }
        }

        SortMarks(parts);

        var decomposed = new List<(int, CharSpan)>(parts.Count);
        var place = -1;
        foreach (var (codePoint, _, isFirst) in parts)
        {
            place += isFirst ? 1 : 0;
            decomposed.Add((codePoint, source[place].Origin));
        }

        return decomposed;
    }

    /// <summary>Sorts every run of combining marks by rank, equal ranks staying in order.</summary>
    private static void SortMarks(List<(int CodePoint, int Rank, bool IsFirst)> parts)
    {
        for (var start = 0; start < parts.Count; start++)
        {
            var end = start;
            while (end < parts.Count && parts[end].Rank > 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var sorted = parts.GetRange(start, end - start).OrderBy(part => part.Rank).ToList();
                for (var i = 0; i < sorted.Count; i++)
                {
                    parts[start + i] = sorted[i];
                }
            }

            start = end;
        }
    }
}
