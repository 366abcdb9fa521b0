namespace Inkstone.Batching;

/// <summary>A small generator whose numbers depend on the seed alone, on every machine and in every release.</summary>
/// <remarks>SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).</remarks>
public sealed class SeededRandom
{
    private ulong state;

    /// <summary>Streams of different numbers (an epoch, say) are independent under one seed.</summary>
    public SeededRandom(long seed, long stream = 0)
    {
        state = (ulong)seed;
        state = NextUInt64() ^ (ulong)stream;
        NextUInt64();
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        var mixed = state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>0 (included) to 1 (excluded).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 (included) to <paramref name="bound"/> (excluded); no number is likelier than another by more than bound / 2^64.</summary>
    public int Next(int bound) => (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);

    /// <summary>Puts the items into a random order.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = Next(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}
