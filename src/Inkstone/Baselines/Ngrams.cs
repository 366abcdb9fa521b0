using System.Text;

namespace Inkstone.Baselines;

/// <summary>
/// The character n-grams of a text: strings of 1 to 3 neighbouring code points, in lower case, white space as one blank. An n-gram is a number:
/// three code points of 21 bits, and the topmost bit for the second text of a pair. Zero is none.
/// </summary>
internal static class Ngrams
{
    private const int BitsOfCodePoint = 21;
    private const ulong SecondText = 1UL << 63;

    /// <summary>The different n-grams of a text or pair, ascending, each with how often it stands there (255 at most).</summary>
    public static (ulong Ngram, byte Count)[] Of(string text, string? textPair, int longest)
    {
        var all = new List<ulong>(longest * (text.Length + (textPair?.Length ?? 0)));
        Collect(text, 0, longest, all);
        if (textPair is not null)
        {
            Collect(textPair, SecondText, longest, all);
        }

        all.Sort();
        var different = new List<(ulong, byte)>(all.Count);
        for (int start = 0, end; start < all.Count; start = end)
        {
            for (end = start + 1; end < all.Count && all[end] == all[start];)
            {
                end++;
            }

            different.Add((all[start], (byte)Math.Min(end - start, byte.MaxValue)));
        }

        return [.. different];
    }

    private static void Collect(string text, ulong side, int longest, List<ulong> ngrams)
    {
        // The code points before the present one: the last in the lower bits.
        var (before, length) = (0UL, 0);
        var afterBlank = true;
        foreach (var rune in text.AsSpan().Trim().EnumerateRunes())
        {
            var isBlank = Rune.IsWhiteSpace(rune) || rune.Value == 0;
            if (isBlank && afterBlank)
            {
                continue;
            }

            afterBlank = isBlank;
            before = (before << BitsOfCodePoint) | (isBlank ? ' ' : (uint)Rune.ToLowerInvariant(rune).Value);
            length = Math.Min(length + 1, longest);
            for (var n = 1; n <= length; n++)
            {
                ngrams.Add(side | (before & ((1UL << (n * BitsOfCodePoint)) - 1)));
            }
        }
    }
}
