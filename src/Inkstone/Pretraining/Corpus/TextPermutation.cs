using System.Numerics;
using Inkstone.Batching;

namespace Inkstone.Pretraining.Corpus;

/// <summary>A random order of the numbers below a bound, of which any place can be asked for: it takes no memory, whatever the bound.</summary>
/// <remarks>A Feistel network over an even number of bits, walked until it comes back below the bound (Black and Rogaway 2002, section 4, doi:10.1007/3-540-45760-7_9).</remarks>
internal sealed class TextPermutation
{
    private const int Rounds = 6;
    private const int LeastHalf = 4;   // few bits would know few orders

    private readonly ulong[] keys = new ulong[Rounds];
    private readonly long count;
    private readonly int half;

    public TextPermutation(long count, SeededRandom random)
    {
        this.count = count;
        half = Math.Max(LeastHalf, (BitOperations.Log2((ulong)Math.Max(1, count - 1)) / 2) + 1);
        foreach (ref var key in keys.AsSpan())
        {
            key = random.NextUInt64();
        }
    }

    /// <summary>The number at a place.</summary>
    public long this[long place]
    {
        get
        {
            var number = (ulong)place;
            do
            {
                number = Permute(number);
            }
            while (number >= (ulong)count);

            return (long)number;
        }
    }

    private ulong Permute(ulong number)
    {
        var mask = (1UL << half) - 1;
        var (left, right) = (number >> half, number & mask);
        foreach (var key in keys)
        {
            var mixed = (right ^ key) * 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93;
            (left, right) = (right, left ^ ((mixed >> 32) & mask));
        }

        return (left << half) | right;
    }
}
