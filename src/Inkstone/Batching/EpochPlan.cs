using Inkstone.Recipes;

namespace Inkstone.Batching;

/// <summary>The batches of one epoch, each a list of row numbers. A function of seed and epoch alone.</summary>
public static class EpochPlan
{
    /// <summary>
    /// Rows are sorted by length inside pools of this many batches: wide enough for batches of even length, small
    /// enough that chance still decides who meets whom (Hugging Face's group_by_length uses the same number).
    /// </summary>
    private const int BatchesInPool = 50;

    /// <summary>Draws, orders and cuts the rows.</summary>
    /// <param name="tokenCounts">Tokens of each row, all chunks together.</param>
    /// <param name="labelIds">Class of each row, for samplers that balance.</param>
    /// <param name="options">Sampler, batch size, grouping and seed.</param>
    /// <param name="epoch">0-based.</param>
    public static IReadOnlyList<int[]> Create(IReadOnlyList<int> tokenCounts, IReadOnlyList<int> labelIds, TrainingOptions options, int epoch)
    {
        var random = new SeededRandom(options.Seed, epoch);
        var rows = Sampling.Rows(labelIds, options, random);
        if (options.GroupByLength && options.Shuffle)
        {
            SortInPools(rows, tokenCounts, RowsInBatch(tokenCounts, options) * BatchesInPool);
        }

        var batches = Cut(rows, tokenCounts, options.PerDeviceTrainBatchSize, options.TokensPerBatch);
        if (options.GroupByLength && options.Shuffle)
        {
            batches.Shuffle(random);
        }

        return batches;
    }

    /// <summary>Batches over all rows once, sorted by length: for evaluating, where order does not matter.</summary>
    public static IReadOnlyList<int[]> ByLength(IReadOnlyList<int> tokenCounts, int batchSize, int? tokensPerBatch)
    {
        int[] rows = [.. Enumerable.Range(0, tokenCounts.Count)];
        SortInPools(rows, tokenCounts, Math.Max(1, rows.Length));
        return Cut(rows, tokenCounts, batchSize, tokensPerBatch);
    }

    private static int RowsInBatch(IReadOnlyList<int> tokenCounts, TrainingOptions options) => options.TokensPerBatch is { } budget
        ? Math.Max(1, (int)(budget / Math.Max(1, tokenCounts.Average())))
        : options.PerDeviceTrainBatchSize;

    private static void SortInPools(int[] rows, IReadOnlyList<int> tokenCounts, int poolSize)
    {
        for (var first = 0; first < rows.Length; first += poolSize)
        {
            var pool = rows.AsSpan(first, Math.Min(poolSize, rows.Length - first));
            pool.Sort((left, right) => tokenCounts[right] != tokenCounts[left] ? tokenCounts[right].CompareTo(tokenCounts[left]) : left.CompareTo(right));
        }
    }

    private static CutRows Cut(int[] rows, IReadOnlyList<int> tokenCounts, int batchSize, int? tokensPerBatch)
    {
        var batches = new List<(int First, int End)>();
        var first = 0;
        long tokens = 0;
        for (var next = 0; next < rows.Length; next++)
        {
            var isFull = next - first == batchSize && tokensPerBatch is null;
            var isOverBudget = tokensPerBatch is { } budget && next > first && tokens + tokenCounts[rows[next]] > budget;
            if (isFull || isOverBudget)
            {
                batches.Add((first, next));
                (first, tokens) = (next, 0);
            }

            tokens += tokenCounts[rows[next]];
        }

        if (first < rows.Length)
        {
            batches.Add((first, rows.Length));
        }

        return new(rows, [.. batches]);
    }
}
