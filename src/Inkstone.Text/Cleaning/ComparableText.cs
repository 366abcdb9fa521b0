using System.Buffers;
using Inkstone.Text.Corpora;
using Inkstone.Text.Icu;

namespace Inkstone.Text.Cleaning;

/// <summary>A text without what does not make it another text: NFKC, lower case, no white space. Needs ICU.</summary>
public static class ComparableText
{
    private static readonly SearchValues<char> Blanks = SearchValues.Create([.. Enumerable.Range(0, 0x10000).Select(code => (char)code).Where(char.IsWhiteSpace)]);

    /// <summary>The form in which texts are compared.</summary>
    /// <exception cref="DllNotFoundException">There is no ICU on this machine.</exception>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string lower = Nfkc.Normalize(text).ToLowerInvariant();
        return lower.AsSpan().ContainsAny(Blanks) ? string.Concat(lower.Where(c => !char.IsWhiteSpace(c))) : lower;
    }

    /// <summary>The hash of that form, of a text or a pair.</summary>
    /// <exception cref="DllNotFoundException">There is no ICU on this machine.</exception>
    public static UInt128 Hash(string text, string? textPair = null) => TextHash.Of(Of(text), textPair is null ? null : Of(textPair));
}
