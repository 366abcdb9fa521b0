namespace Inkstone.Text.Splitting;

/// <summary>A seeded order of text hashes that is the same on every machine and in every version: splits depend on it.</summary>
/// <remarks>The finalizer of SplitMix64 (Steele, Lea and Flood 2014) over both halves. One to one, so that different texts never tie.</remarks>
internal static class StableHash
{
    /// <summary>Where a text stands under a seed.</summary>
    public static UInt128 Of(UInt128 text, ulong seed)
    {
        ulong upper = Mix((ulong)(text >> 64) ^ Mix(seed));
        return new UInt128(Mix((ulong)text ^ upper), upper);
    }

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
