using Inkstone.Text.Corpora;

namespace Inkstone.Text.Profiling;

/// <summary>Work on rows side by side: the caller's thread reads and merges, others count in between, and the order stays that of the file.</summary>
internal static class RowBatches
{
    private const int MostRows = 2048;
    private const int MostCharacters = 1 << 19;

    /// <summary>Cuts rows into batches, counts each on some thread, and merges the counts in the rows' order.</summary>
    /// <param name="rows">Read on the calling thread.</param>
    /// <param name="count">Runs on any thread, on several at a time.</param>
    /// <param name="merge">Runs on the calling thread.</param>
    /// <param name="threads">How many batches are counted at a time.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static void Run<TCounts>(
        IEnumerable<Row> rows, Func<IReadOnlyList<Row>, TCounts> count, Action<TCounts> merge, int threads, CancellationToken cancellation)
    {
        var running = new Queue<Task<TCounts>>();
        foreach (var batch in Cut(rows))
        {
            cancellation.ThrowIfCancellationRequested();
            if (running.Count > threads)
            {
                merge(running.Dequeue().GetAwaiter().GetResult());
            }

            running.Enqueue(Task.Run(() => count(batch), CancellationToken.None));
        }

        while (running.TryDequeue(out var task))
        {
            merge(task.GetAwaiter().GetResult());
        }
    }

    private static IEnumerable<IReadOnlyList<Row>> Cut(IEnumerable<Row> rows)
    {
        var batch = new List<Row>();
        var characters = 0;
        foreach (var row in rows)
        {
            batch.Add(row);
            characters += row.Text.Length + (row.TextPair?.Length ?? 0);
            if (batch.Count >= MostRows || characters >= MostCharacters)
            {
                yield return batch;
                (batch, characters) = ([], 0);
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
