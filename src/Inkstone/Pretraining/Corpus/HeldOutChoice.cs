using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Inkstone.Batching;

namespace Inkstone.Pretraining.Corpus;

/// <summary>
/// Chooses the texts that are held out: those with the lowest numbers, which hang on the text and the seed alone. So equal texts lie on one
/// side, and the order of the texts does not matter.
/// </summary>
/// <param name="most">How many different texts.</param>
internal sealed class HeldOutChoice(int most)
{
    private const int LeastForOne = 20;   // one text in twenty is the most that is taken

    private readonly SortedSet<ulong> lowest = [];
    private readonly Dictionary<ulong, int> counts = [];   // how often each of the lowest came
    private long texts;

    /// <summary>A text's number.</summary>
    public static ulong NumberOf(UInt128 text, long seed) => new SeededRandom((long)(ulong)text, seed).NextUInt64();

    /// <summary>Counts a text.</summary>
    public void Add(ulong number)
    {
        texts++;
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, number);
        if (!Unsafe.IsNullRef(ref count))
        {
            count++;
        }
        else if (lowest.Count < most || (most > 0 && number < lowest.Max))
        {
            lowest.Add(number);
            counts.Add(number, 1);
            if (lowest.Count > most)
            {
                counts.Remove(lowest.Max);
                lowest.Remove(lowest.Max);   // it will not come back: the bound only falls
            }
        }
    }

    /// <summary>The highest number that is held out; null where no text is.</summary>
    public ulong? Bound()
    {
        ulong? bound = null;
        long taken = 0;
        foreach (var number in lowest)
        {
            taken += counts[number];
            if (taken > texts / LeastForOne)
            {
                break;
            }

            bound = number;
        }

        return bound;
    }
}
