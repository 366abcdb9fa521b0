namespace Inkstone.Text.Profiling;

/// <summary>How often each length occurs: exact percentiles in memory that does not grow with the rows.</summary>
public sealed class LengthHistogram
{
    private const int Dense = 1 << 16;

    private readonly SortedDictionary<int, long> beyond = [];
    private long[] counts = new long[256];
    private long sum;

    /// <summary>How many lengths were added.</summary>
    public long Count { get; private set; }

    /// <summary>The sum of all.</summary>
    public long Sum => sum;

    /// <summary>The longest; 0 where there is none.</summary>
    public int Max { get; private set; }

    /// <summary>The mean; 0 where there is none.</summary>
    public double Mean => Count == 0 ? 0 : (double)sum / Count;

    /// <summary>Every length that occurs with its count, shortest first.</summary>
    public IEnumerable<(int Length, long Count)> Lengths => counts
        .Select((count, length) => (length, count))
        .Where(entry => entry.count > 0)
        .Concat(beyond.Select(entry => (entry.Key, entry.Value)));

    /// <summary>Adds a length.</summary>
    /// <param name="length">At least 0.</param>
    public void Add(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Count++;
        sum += length;
        Max = Math.Max(Max, length);
        if (length >= Dense)
        {
            beyond[length] = beyond.GetValueOrDefault(length) + 1;
            return;
        }

        if (length >= counts.Length)
        {
            Array.Resize(ref counts, Math.Min(Dense, Math.Max(length + 1, counts.Length * 2)));
        }

        counts[length]++;
    }

    /// <summary>The shortest length with more than a share of all at or below it: <c>sorted[(int)(share * n)]</c>; 0 where there is none.</summary>
    /// <param name="share">From 0 to less than 1; 0.5 asks for the median.</param>
    public int Percentile(double share)
    {
        var rank = (long)Math.Floor((share * Count) + 1e-9) + 1;
        foreach (var (length, count) in Lengths)
        {
            rank -= count;
            if (rank <= 0)
            {
                return length;
            }
        }

        return 0;
    }

    /// <summary>What a limit would cut: the lengths above it, and by how much they are above it in all.</summary>
    public (long Count, long Excess) Above(int limit)
    {
        var (above, excess) = (0L, 0L);
        foreach (var (length, count) in Lengths)
        {
            if (length > limit)
            {
                above += count;
                excess += count * (length - (long)limit);
            }
        }

        return (above, excess);
    }

    /// <summary>
    /// Counts in bins of equal width, up to the length that 99 % do not exceed; longer ones stand in the last bin.
    /// </summary>
    /// <param name="bins">The most bins, at least 1; short ranges have fewer.</param>
    public IReadOnlyList<LengthBin> Bins(int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (Count == 0)
        {
            return [];
        }

        var last = Percentile(0.99);
        var width = (last / bins) + 1;
        var filled = new long[(last / width) + 1];
        foreach (var (length, count) in Lengths)
        {
            filled[Math.Min(length / width, filled.Length - 1)] += count;
        }

        return [.. filled.Select((count, bin) => new LengthBin(bin * width, bin == filled.Length - 1 ? Math.Max(Max, (bin * width) + width - 1) : (bin * width) + width - 1, count))];
    }
}

/// <summary>A bar of a histogram of lengths.</summary>
/// <param name="From">The shortest length in it.</param>
/// <param name="To">The longest.</param>
/// <param name="Count">How many lengths are in it.</param>
public sealed record LengthBin(int From, int To, long Count);
