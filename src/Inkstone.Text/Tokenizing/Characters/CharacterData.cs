namespace Inkstone.Text.Tokenizing.Characters;

/// <summary>
/// Questions about one code point, answered as Hugging Face's engine answers them. Independent of ICU, of the culture and
/// of the runtime's Unicode version: a vocabulary gives the same ids everywhere.
/// </summary>
internal static class CharacterData
{
    private const int HangulFirst = 0xAC00, HangulLast = 0xD7A3;
    private const int CapitalIWithDot = 0x130, CombiningDotAbove = 0x307;

    /// <summary>The most code points that one code point becomes.</summary>
    internal const int MaxExpansion = 8;

    internal static bool IsHangulSyllable(int codePoint) => codePoint is >= HangulFirst and <= HangulLast;

    internal static bool IsRemoved(int codePoint) => Contains(CharacterTables.Removed, codePoint);

    internal static bool IsSpace(int codePoint) => Contains(CharacterTables.Spaces, codePoint);

    internal static bool IsIdeograph(int codePoint) => Contains(CharacterTables.Ideographs, codePoint);

    internal static bool IsPunctuation(int codePoint) => Contains(CharacterTables.Punctuation, codePoint);

    internal static bool IsNonspacingMark(int codePoint) => Contains(CharacterTables.NonspacingMarks, codePoint);

    /// <summary>All code points below a limit that any table names, as ranges; some come twice.</summary>
    internal static List<(int First, int Last)> Exceptions(int limit)
    {
        var ranges = new List<(int, int)> { (HangulFirst, HangulLast), (CapitalIWithDot, CapitalIWithDot) };
        Add(CharacterTables.Removed, 2);
        Add(CharacterTables.Spaces, 2);
        Add(CharacterTables.Ideographs, 2);
        Add(CharacterTables.Punctuation, 2);
        Add(CharacterTables.NonspacingMarks, 2);
        Add(CharacterTables.CombiningRanks, 3);
        Add(CharacterTables.LowerCaseRuns, 4);
        foreach (var codePoint in CharacterTables.Composed)
        {
            ranges.Add((codePoint, codePoint));
        }

        ranges.RemoveAll(range => range.Item2 >= limit);
        return ranges;

        void Add(ReadOnlySpan<int> table, int rowLength)
        {
            for (var row = 0; row < table.Length; row += rowLength)
            {
                ranges.Add((table[row], table[row + 1]));
            }
        }
    }

    /// <summary>Where the code point stands among combining marks that canonical decomposition sorts; 0 for all others.</summary>
    internal static int CombiningRank(int codePoint)
    {
        var found = LastNotAbove(CharacterTables.CombiningRanks, 3, codePoint);
        return found >= 0 && codePoint <= CharacterTables.CombiningRanks[found + 1] ? CharacterTables.CombiningRanks[found + 2] : 0;
    }

    /// <summary>Writes the canonical decomposition, or the code point itself.</summary>
    /// <returns>How many code points were written.</returns>
    internal static int Decompose(int codePoint, Span<int> destination)
    {
        if (IsHangulSyllable(codePoint))
        {
            var (syllable, vowels, trailing) = (codePoint - HangulFirst, 21, 28);
            destination[0] = 0x1100 + (syllable / (vowels * trailing));
            destination[1] = 0x1161 + (syllable % (vowels * trailing) / trailing);
            destination[2] = 0x11A7 + (syllable % trailing);
            return syllable % trailing == 0 ? 2 : 3;
        }

        var index = codePoint < 0xC0 ? -1 : CharacterTables.Composed.BinarySearch(codePoint);
        if (index < 0)
        {
            destination[0] = codePoint;
            return 1;
        }

        var parts = CharacterTables.Decomposition[CharacterTables.DecompositionStarts[index]..CharacterTables.DecompositionStarts[index + 1]];
        parts.CopyTo(destination);
        return parts.Length;
    }

    /// <summary>Writes the lower-case form, or the code point itself: two code points for U+0130, one for all others.</summary>
    /// <returns>How many code points were written.</returns>
    internal static int ToLower(int codePoint, Span<int> destination)
    {
        if (codePoint == CapitalIWithDot)
        {
            destination[0] = 'i';
            destination[1] = CombiningDotAbove;
            return 2;
        }

        var runs = CharacterTables.LowerCaseRuns;
        var run = LastNotAbove(runs, 4, codePoint);
        var isUpper = run >= 0 && codePoint <= runs[run + 1] && (codePoint - runs[run]) % runs[run + 2] == 0;
        destination[0] = isUpper ? codePoint + runs[run + 3] : codePoint;
        return 1;
    }

    private static bool Contains(ReadOnlySpan<int> ranges, int codePoint)
    {
        var found = LastNotAbove(ranges, 2, codePoint);
        return found >= 0 && codePoint <= ranges[found + 1];
    }

    /// <summary>The index of the last row that begins at or before the code point; -1 where none does.</summary>
    private static int LastNotAbove(ReadOnlySpan<int> table, int rowLength, int codePoint)
    {
        var (low, high) = (0, (table.Length / rowLength) - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            if (table[middle * rowLength] <= codePoint)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high * rowLength;
    }
}
