using System.IO.Hashing;
using System.Runtime.InteropServices;
using Inkstone.Text.Corpora;
using Inkstone.Text.Icu;

namespace Inkstone.Text.Cleaning;

/// <summary>
/// Texts as they are compared: NFKC, lower-cased, without white space, so that <c>ＡＢ Ｃ！</c> equals <c>abc!</c>. Holds one form at
/// a time and reuses its memory. Not safe for use by two threads at a time.
/// </summary>
/// <remarks>
/// Han, ASCII, full-width ASCII and the usual punctuation are folded by table-free arithmetic; a text with anything else goes
/// through ICU whole.
/// </remarks>
public sealed class ComparableText
{
    private char[] form = new char[256];
    private char[] composed = new char[256];
    private int length;

    /// <summary>The form of the last text. Valid until the next one.</summary>
    public ReadOnlySpan<char> Form => form.AsSpan(0, length);

    /// <summary>Makes the form of a text.</summary>
    /// <exception cref="DllNotFoundException">The text needs ICU, and there is none on this machine.</exception>
    public ReadOnlySpan<char> Set(string text)
    {
        Reserve((text.Length * 3) + 3); // an ellipsis becomes three dots
        if (!TryFold(text))
        {
            Compose(text);
        }

        return Form;
    }

    /// <summary>128 bits that stand for the form of a text, or of a pair.</summary>
    /// <exception cref="DllNotFoundException">The text needs ICU, and there is none on this machine.</exception>
    public UInt128 Hash(string text, string? textPair = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var hash = TextHash.Of(Set(text));
        return textPair is null ? hash : TextHash.OfPair(hash, TextHash.Of(Set(textPair)));
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
        var composedLength = Nfkc.Normalize(text, ref composed);   // which may be another array afterwards
        var source = composed.AsSpan(0, composedLength);
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
