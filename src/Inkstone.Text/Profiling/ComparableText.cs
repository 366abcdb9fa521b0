using System.Runtime.InteropServices;
using System.IO.Hashing;
using Inkstone.Text.Icu;

namespace Inkstone.Text.Profiling;

/// <summary>
/// Texts as they are compared: NFKC, lower-cased, without white space, so that <c>ＡＢ Ｃ！</c> equals <c>abc!</c>. Holds one form at
/// a time and reuses its memory. Not safe for use by two threads at a time.
/// </summary>
/// <remarks>
/// Han, ASCII, full-width ASCII and the usual punctuation are folded by table-free arithmetic; a text with anything else goes
/// through ICU whole. On a machine without ICU such a text is lower-cased and stripped, but not composed.
/// </remarks>
internal sealed class ComparableText
{
    private char[] form = new char[256];
    private char[] composed = new char[256];
    private int length;

    /// <summary>The form of the last text. Valid until the next one.</summary>
    public ReadOnlySpan<char> Form => form.AsSpan(0, length);

    /// <summary>Makes the form of a text.</summary>
    public ReadOnlySpan<char> Set(string text)
    {
        Reserve((text.Length * 3) + 3); // an ellipsis becomes three dots
        if (!TryFold(text))
        {
            Compose(text);
        }

        return Form;
    }

    /// <summary>64 bits that stand for a form: ten million texts hold two of the same hash with a chance of 1 in 370 000. Never 0.</summary>
    public static ulong Hash(ReadOnlySpan<char> form) => NotZero(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(form)));

    /// <summary>Stands for a pair of forms, given the hashes of both.</summary>
    public static ulong HashOfPair(ulong first, ulong second) => NotZero(XxHash3.HashToUInt64(MemoryMarshal.AsBytes([first, second])));

    private static ulong NotZero(ulong hash) => hash == 0 ? 1 : hash;

    private bool TryFold(string text)
    {
        var to = 0;
        foreach (var c in text)
        {
            if (c is >= '\u4E00' and <= '\u9FFF')
            {
                form[to++] = c;
            }
            else if (c < 0x80)
            {
                if (!IsSpace(c))
                {
                    form[to++] = AsciiLower(c);
                }
            }
            else if (c is >= '\uFF01' and <= '\uFF5E')
            {
                form[to++] = AsciiLower((char)(c - 0xFEE0));
            }
            else if (c == '…')
            {
                "...".CopyTo(form.AsSpan(to));
                to += 3;
            }
            else if (c is '\u3001' or '\u3002' or (>= '\u3008' and <= '\u3011') or '\u2014' or (>= '\u2018' and <= '\u201D') or '\u00B7')
            {
                form[to++] = c;
            }
            else if (c != '\u3000')
            {
                return false;
            }
        }

        length = to;
        return true;
    }

    private void Compose(string text)
    {
        ReadOnlySpan<char> source = text;
        if (NfkcNormalizer.IsAvailable)
        {
            var units = NfkcNormalizer.Normalize(text, ref composed);
            source = composed.AsSpan(0, units);
        }

        Reserve(source.Length);
        length = 0;
        foreach (var c in source)
        {
            if (!IsSpace(c))
            {
                form[length++] = char.ToLowerInvariant(c);
            }
        }
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    private static char AsciiLower(char c) => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c;

    private void Reserve(int units)
    {
        if (form.Length < units)
        {
            form = new char[Math.Max(units, form.Length * 2)];
        }
    }
}
