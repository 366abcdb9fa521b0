using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Inkstone.Text.Corpora;

/// <summary>
/// Stands for a text, or a pair, where keeping the text would cost memory: 128 bits, the same on every machine and in every version.
/// A billion texts collide with a chance below 1 in 10^20.
/// </summary>
/// <remarks>XXH3-128 over the UTF-16 code units; a pair's is that of both texts' hashes.</remarks>
public static class TextHash
{
    /// <summary>Hashes a text or a pair.</summary>
    public static UInt128 Of(string text, string? textPair = null) =>
        textPair is null ? Of(text.AsSpan()) : OfPair(Of(text.AsSpan()), Of(textPair.AsSpan()));

    /// <summary>Hashes a text.</summary>
    public static UInt128 Of(ReadOnlySpan<char> text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text));

    /// <summary>The hash of a pair, from those of its texts.</summary>
    public static UInt128 OfPair(UInt128 text, UInt128 textPair) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes<UInt128>([text, textPair]));
}
