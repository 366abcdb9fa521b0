using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Inkstone.Text.Corpora;

/// <summary>
/// Stands for a text, or a pair, where keeping the text would cost memory: 128 bits, the same on every machine and in every version.
/// A billion texts collide with a chance below 1 in 10^20.
/// </summary>
/// <remarks>XXH3-128 over the UTF-16 code units; a pair hashes U+FFFF, which is no character, between its texts.</remarks>
public static class TextHash
{
    /// <summary>Hashes a text or a pair.</summary>
    public static UInt128 Of(string text, string? textPair = null)
    {
        if (textPair is null)
        {
            return XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text.AsSpan()));
        }

        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
        hash.Append([0xFF, 0xFF]);
        hash.Append(MemoryMarshal.AsBytes(textPair.AsSpan()));
        return hash.GetCurrentHashAsUInt128();
    }
}
