namespace Inkstone.Models.BigBird;

/// <summary>The generator behind <c>numpy.random.seed</c> and <c>numpy.random.permutation</c>, number by number.</summary>
/// <remarks>MT19937 (Matsumoto and Nishimura 1998, doi:10.1145/272991.272995); numbers below a bound by masking and rejection, as numpy's legacy RandomState.</remarks>
internal sealed class LegacyRandom
{
    private const int Length = 624, Shift = 397;

    private readonly uint[] state = new uint[Length];
    private int next = Length;

    public LegacyRandom(uint seed)
    {
        for (var index = 0; index < Length; index++)
        {
            state[index] = seed;
            seed = (1812433253 * (seed ^ (seed >> 30))) + (uint)index + 1;
        }
    }

    /// <summary>The items in random order.</summary>
    public int[] Permutation(IEnumerable<int> items)
    {
        int[] permuted = [.. items];
        for (var last = permuted.Length - 1; last > 0; last--)
        {
            var other = (int)AtMost((uint)last);
            (permuted[last], permuted[other]) = (permuted[other], permuted[last]);
        }

        return permuted;
    }

    private uint AtMost(uint most)
    {
        var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(most);
        uint value;
        do
        {
            value = NextUInt32() & mask;
        }
        while (value > most);

        return value;
    }

    private uint NextUInt32()
    {
        if (next == Length)
        {
            Regenerate();
        }

        var value = state[next++];
        value ^= value >> 11;
        value ^= (value << 7) & 0x9D2C5680;
        value ^= (value << 15) & 0xEFC60000;
        return value ^ (value >> 18);
    }

    private void Regenerate()
    {
        for (var index = 0; index < Length; index++)
        {
            var joined = (state[index] & 0x80000000) | (state[(index + 1) % Length] & 0x7FFFFFFF);
            state[index] = state[(index + Shift) % Length] ^ (joined >> 1) ^ ((joined & 1) * 0x9908B0DF);
        }

        next = 0;
    }
}
