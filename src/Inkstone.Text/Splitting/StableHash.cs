namespace Inkstone.Text.Splitting;

/// <summary>A hash of text that is the same on every machine and in every version: splits depend on it.</summary>
/// <remarks>FNV-1a over UTF-16 code units from a seeded basis, then the finalizer of SplitMix64 (Steele, Lea and Flood 2014).</remarks>
internal static class StableHash
{
    private const ulong Basis = 0xCBF29CE484222325;
    private const ulong Prime = 0x100000001B3;

    /// <summary>Hashes a text or a pair under a seed.</summary>
    public static ulong Of(string text, string? textPair, ulong seed)
    {
        ulong hash = Add(Basis ^ Mix(seed), text);
        if (textPair is not null)
        {
            hash = Add((hash ^ 0xFFFF) * Prime, textPair);   // U+FFFF is no character: no text ends as another pair begins
        }

        return Mix(hash);
    }

    private static ulong Add(ulong hash, string text)
    {
        foreach (char c in text)
        {
            hash = (hash ^ c) * Prime;
        }

        return hash;
    }

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
