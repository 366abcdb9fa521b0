namespace Inkstone.Batching;

/// <summary>Makes things ahead of their use, on other threads. What comes out, and in which order, never depends on their number.</summary>
internal static class Prefetch
{
    /// <summary>Makes one result of every item, in the items' order.</summary>
    /// <param name="source">Enumerated on the caller's thread, never further than <paramref name="ahead"/> items before the one in use.</param>
    /// <param name="make">Runs on a thread of the pool, several at a time: it must not share what it writes.</param>
    /// <param name="ahead">How many are made beside the one in use, each with a thread; 0 makes each when it is asked for, on the caller's thread.</param>
    /// <returns>
    /// The results. An exception of <paramref name="make"/> comes where its result would; when the enumeration ends, for whatever
    /// reason, nothing runs any more.
    /// </returns>
    public static IEnumerable<TResult> InOrder<TSource, TResult>(IEnumerable<TSource> source, Func<TSource, TResult> make, int ahead)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ahead);
        return ahead == 0 ? source.Select(make) : Ahead(source, make, ahead);
    }

    private static IEnumerable<TResult> Ahead<TSource, TResult>(IEnumerable<TSource> source, Func<TSource, TResult> make, int ahead)
    {
        var started = new Queue<Task<TResult>>(ahead + 1);
        try
        {
            foreach (var item in source)
            {
                started.Enqueue(Task.Run(() => make(item)));
                if (started.Count > ahead)
                {
                    yield return started.Dequeue().GetAwaiter().GetResult();
                }
            }

            while (started.TryDequeue(out var next))
            {
                yield return next.GetAwaiter().GetResult();
            }
        }
        finally
        {
            // Nobody asks for these any more: neither for their results nor for their faults.
            Task.WhenAll(started).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait();
        }
    }
}
