using System.Numerics;

namespace Inkstone.Baselines;

/// <summary>N-grams with a number each, in open addressing: twelve bytes a slot, and no garbage.</summary>
internal sealed class NgramTable
{
    private ulong[] ngrams;
    private int[] numbers;
    private (ulong[] Ngrams, int[] Numbers)? spare;   // of the last pruning, so that the next leaves no garbage

    public NgramTable(int capacity = 1 << 12)
    {
        var slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity * 2L, 16));
        (ngrams, numbers) = (new ulong[slots], new int[slots]);
    }

    /// <summary>How many n-grams.</summary>
    public int Count { get; private set; }

    /// <summary>The number of an n-gram, 0 where it is new; a reference that the next call ends.</summary>
    public ref int this[ulong ngram]
    {
        get
        {
            if (Count * 2 >= ngrams.Length)
            {
                Grow();
            }

            var slot = SlotOf(ngram);
            if (ngrams[slot] == 0)
            {
                ngrams[slot] = ngram;
                Count++;
            }

            return ref numbers[slot];
        }
    }

    /// <summary>The number of an n-gram; null where it is not there.</summary>
    public int? Find(ulong ngram)
    {
        var slot = SlotOf(ngram);
        return ngrams[slot] == 0 ? null : numbers[slot];
    }

    /// <summary>Every n-gram with its number, in no order.</summary>
    public IEnumerable<(ulong Ngram, int Number)> All()
    {
        for (var slot = 0; slot < ngrams.Length; slot++)
        {
            if (ngrams[slot] != 0)
            {
                yield return (ngrams[slot], numbers[slot]);
            }
        }
    }

    /// <summary>Forgets n-grams whose number is at most <paramref name="number"/>.</summary>
    public void Prune(int number)
    {
        var (oldNgrams, oldNumbers) = (ngrams, numbers);
        (ngrams, numbers) = spare is { } free && free.Ngrams.Length == oldNgrams.Length ? free : (new ulong[oldNgrams.Length], new int[oldNgrams.Length]);
        Array.Clear(ngrams);
        Array.Clear(numbers);
        Count = 0;
        for (var slot = 0; slot < oldNgrams.Length; slot++)
        {
            if (oldNgrams[slot] != 0 && oldNumbers[slot] > number)
            {
                this[oldNgrams[slot]] = oldNumbers[slot];
            }
        }

        spare = (oldNgrams, oldNumbers);
    }

    private void Grow()
    {
        var (oldNgrams, oldNumbers) = (ngrams, numbers);
        (ngrams, numbers) = (new ulong[oldNgrams.Length * 2], new int[oldNgrams.Length * 2]);
        for (var slot = 0; slot < oldNgrams.Length; slot++)
        {
            if (oldNgrams[slot] != 0)
            {
                var place = SlotOf(oldNgrams[slot]);
                (ngrams[place], numbers[place]) = (oldNgrams[slot], oldNumbers[slot]);
            }
        }
    }

    private int SlotOf(ulong ngram)
    {
        var mask = ngrams.Length - 1;
        var slot = (int)((ngram * 0x9E3779B97F4A7C15) >> 32) & mask;
        while (ngrams[slot] != 0 && ngrams[slot] != ngram)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }
}
