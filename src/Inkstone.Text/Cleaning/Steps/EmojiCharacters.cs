using System.Text;

namespace Inkstone.Text.Cleaning.Steps;

/// <summary>Which characters are emoji, and how they join (UTS #51).</summary>
internal static class EmojiCharacters
{
    private const int Joiner = 0x200D;
    private const int EmojiForm = 0xFE0F;
    private const int TextForm = 0xFE0E;
    private const int Keycap = 0x20E3;

    /// <summary>
    /// Emoji by themselves: those with the property Emoji_Presentation, the symbols of 2600 to 27BF that have an emoji form (❤ and ☺ are
    /// written without selector more often than not), and the whole planes' blocks that Unicode keeps for them.
    /// </summary>
    private static readonly (int First, int Last)[] Always =
    [
        (0x231A, 0x231B), (0x23E9, 0x23EC), (0x23F0, 0x23F0), (0x23F3, 0x23F3), (0x25FD, 0x25FE), (0x2600, 0x2604), (0x260E, 0x260E), (0x2611, 0x2611),
        (0x2614, 0x2615), (0x2618, 0x2618), (0x261D, 0x261D), (0x2620, 0x2620), (0x2622, 0x2623), (0x2626, 0x2626), (0x262A, 0x262A), (0x262E, 0x262F),
        (0x2638, 0x263A), (0x2640, 0x2640), (0x2642, 0x2642), (0x2648, 0x2653), (0x265F, 0x2660), (0x2663, 0x2663), (0x2665, 0x2666), (0x2668, 0x2668),
        (0x267B, 0x267B), (0x267E, 0x267F), (0x2692, 0x2697), (0x2699, 0x2699), (0x269B, 0x269C), (0x26A0, 0x26A1), (0x26A7, 0x26A7), (0x26AA, 0x26AB),
        (0x26B0, 0x26B1), (0x26BD, 0x26BE), (0x26C4, 0x26C5), (0x26C8, 0x26C8), (0x26CE, 0x26CF), (0x26D1, 0x26D1), (0x26D3, 0x26D4), (0x26E9, 0x26EA),
        (0x26F0, 0x26F5), (0x26F7, 0x26FA), (0x26FD, 0x26FD), (0x2702, 0x2702), (0x2705, 0x2705), (0x2708, 0x270D), (0x270F, 0x270F), (0x2712, 0x2712),
        (0x2714, 0x2714), (0x2716, 0x2716), (0x271D, 0x271D), (0x2721, 0x2721), (0x2728, 0x2728), (0x2733, 0x2734), (0x2744, 0x2744), (0x2747, 0x2747),
        (0x274C, 0x274C), (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757), (0x2763, 0x2764), (0x2795, 0x2797), (0x27A1, 0x27A1), (0x27B0, 0x27B0),
        (0x27BF, 0x27BF), (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55), (0x1F004, 0x1F004), (0x1F0CF, 0x1F0CF), (0x1F170, 0x1F171),
        (0x1F17E, 0x1F17F), (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F1E6, 0x1F1FF), (0x1F201, 0x1F202), (0x1F21A, 0x1F21A), (0x1F22F, 0x1F22F),
        (0x1F232, 0x1F23A), (0x1F250, 0x1F251), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F7E0, 0x1F7F0), (0x1F90C, 0x1F9FF), (0x1FA70, 0x1FAFF),
    ];

    /// <summary>Emoji only before U+FE0F: ©, ™, arrows and the like are text otherwise.</summary>
    private static readonly (int First, int Last)[] WithSelector =
    [
        (0xA9, 0xA9), (0xAE, 0xAE), (0x203C, 0x203C), (0x2049, 0x2049), (0x2122, 0x2122), (0x2139, 0x2139), (0x2194, 0x2199), (0x21A9, 0x21AA),
        (0x2328, 0x2328), (0x23CF, 0x23CF), (0x23ED, 0x23EF), (0x23F1, 0x23F2), (0x23F8, 0x23FA), (0x24C2, 0x24C2), (0x25AA, 0x25AB), (0x25B6, 0x25B6),
        (0x25C0, 0x25C0), (0x25FB, 0x25FC), (0x2934, 0x2935), (0x2B05, 0x2B07), (0x3030, 0x3030), (0x303D, 0x303D), (0x3297, 0x3297), (0x3299, 0x3299),
    ];

    /// <summary>Every UTF-16 code unit with which an emoji may begin, or by which a keycap is known.</summary>
    public static IEnumerable<char> Signs => Always.Concat(WithSelector)
        .SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))
        .Select(code => code > 0xFFFF ? char.ConvertFromUtf32(code)[0] : (char)code)
        .Append((char)Keycap)
        .Distinct();

    /// <summary>Where the emoji ends that begins at <paramref name="start"/>, with all that is joined to it; there, if none does.</summary>
    public static int End(string text, int start)
    {
        if (text[start] is (>= '0' and <= '9') or '#' or '*')
        {
            int sign = CodeAt(text, start + 1) == EmojiForm ? start + 2 : start + 1;
            return CodeAt(text, sign) == Keycap ? sign + 1 : start;
        }

        if (!StartsAt(text, start))
        {
            return start;
        }

        int at = start + Size(text, start);
        if (IsRegional(CodeAt(text, start)))
        {
            return IsRegional(CodeAt(text, at)) ? at + 2 : at;
        }

        while (at < text.Length)
        {
            int code = CodeAt(text, at);
            if (code == EmojiForm || code is >= 0x1F3FB and <= 0x1F3FF || IsTag(code))
            {
                at += Size(text, at);
            }
            else if (code == Joiner && at + 1 < text.Length && (StartsAt(text, at + 1) || In(WithSelector, CodeAt(text, at + 1))))
            {
                at += 1 + Size(text, at + 1);
            }
            else
            {
                break;
            }
        }

        return at;
    }

    /// <summary>Whether an emoji begins here.</summary>
    public static bool StartsAt(string text, int at)
    {
        int code = CodeAt(text, at);
        if (code < 0xA9)
        {
            return false;
        }

        int next = CodeAt(text, at + (code > 0xFFFF ? 2 : 1));
        return next == EmojiForm ? In(Always, code) || In(WithSelector, code) : next != TextForm && In(Always, code);
    }

    /// <summary>Whether what stands before is an emoji or belongs to one.</summary>
    public static bool EndsAt(string text, int at)
    {
        if (at == 0 || Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var last, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        return last.Value == EmojiForm || IsTag(last.Value) || In(Always, last.Value);
    }

    /// <summary>Whether this is an invisible letter of a flag such as Scotland's.</summary>
    public static bool IsTag(int code) => code is >= 0xE0020 and <= 0xE007F;

    /// <summary>Half of a country's flag.</summary>
    public static bool IsRegional(int code) => code is >= 0x1F1E6 and <= 0x1F1FF;

    /// <summary>The code point here; -1 behind the end, and for half a surrogate pair.</summary>
    public static int CodeAt(string text, int at) => at < text.Length && Rune.TryGetRuneAt(text, at, out var rune) ? rune.Value : -1;

    private static int Size(string text, int at) => CodeAt(text, at) > 0xFFFF ? 2 : 1;

    private static bool In((int First, int Last)[] ranges, int code)
    {
        int low = 0;
        int high = ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (code < ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (code > ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}
