using System.Globalization;

namespace Inkstone.Text.Corpora.Encodings;

/// <summary>How surprising a text is as Chinese of today, simplified or traditional, with some English, emoji and other scripts in it.</summary>
internal static class CharacterModel
{
    // Bits of one character: -log2 of the share of its class, spread over the members of the class.
    private const byte Ascii = 7;
    private const byte FrequentHanzi = 10;
    private const byte ChinesePunctuation = 10;
    private const byte OtherScript = 13;
    private const byte CommonHanzi = 14;
    private const byte Symbol = 16;
    private const byte RareHanzi = 22;
    private const byte NoText = 30;
    private const byte Undecodable = 40;

    private static readonly Lazy<byte[]> Costs = new(Measure);

    /// <summary>The bits that the model needs for <paramref name="text"/>; fewer is likelier.</summary>
    public static long Bits(ReadOnlySpan<char> text)
    {
        var costs = Costs.Value;
        long bits = 0;
        foreach (char c in text)
        {
            bits += costs[c];
        }

        return bits;
    }

    private static byte[] Measure()
    {
        var costs = new byte[char.MaxValue + 1];
        for (int c = 0; c < costs.Length; c++)
        {
            costs[c] = Classify((char)c);
        }

        foreach (char c in CommonCharacters())
        {
            costs[c] = Math.Min(costs[c], CommonHanzi);
        }

        foreach (char c in FrequentCharacters.Simplified + FrequentCharacters.Traditional)
        {
            costs[c] = FrequentHanzi;
        }

        return costs;
    }

    private static byte Classify(char c) => c switch
    {
        TextDecoder.Undecodable or '\uFFFD' => Undecodable,
        '\t' or '\n' or '\r' or (>= ' ' and <= '~') => Ascii,
        >= '\u4E00' and <= '\u9FA5' => RareHanzi,
        >= '\u2010' and <= '\u2026' or >= '\u3000' and <= '\u3011' or >= '\uFF01' and <= '\uFF5E' => ChinesePunctuation,
        >= '\u3041' and <= '\u30FE' => OtherScript,
        >= '\uD83C' and <= '\uD83E' => 8,   // emoji: two halves
        >= '\uDC00' and <= '\uDFFF' => 8,
        >= '\uD800' and <= '\uDBFF' => RareHanzi,
        _ => CharUnicodeInfo.GetUnicodeCategory(c) switch
        {
            UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => NoText,
            _ when c < '\u0600' || c is >= '\uAC00' and <= '\uD7A3' => OtherScript,
            UnicodeCategory.MathSymbol or UnicodeCategory.OtherSymbol or UnicodeCategory.OtherPunctuation or UnicodeCategory.CurrencySymbol => Symbol,
            _ => RareHanzi,
        },
    };

    /// <summary>GB 2312's first level and Big5's, which their makers chose by frequency.</summary>
    private static IEnumerable<char> CommonCharacters() =>
        Plane(MultiByteDecoder.Gb18030, 0xB0, 0xD7).Concat(Plane(MultiByteDecoder.Big5, 0xA4, 0xC6)).Where(c => c is >= '\u4E00' and <= '\u9FA5');

    private static char[] Plane(TextDecoder decoder, int firstLead, int lastLead)
    {
        var bytes = new List<byte>();
        for (int lead = firstLead; lead <= lastLead; lead++)
        {
            for (int trail = decoder == MultiByteDecoder.Big5 ? 0x40 : 0xA1; trail <= 0xFE; trail++)
            {
                if (trail is <= 0x7E or >= 0xA1)
                {
                    bytes.Add((byte)lead);
                    bytes.Add((byte)trail);
                }
            }
        }

        var chars = new char[bytes.Count];
        return chars[..decoder.Decode([.. bytes], isEnd: true, chars, out _)];
    }
}
