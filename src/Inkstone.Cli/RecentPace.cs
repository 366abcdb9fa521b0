namespace Inkstone.Cli;

/// <summary>How long a unit of work takes, from the latest ones: the first steps of a run are slow, and other programs come and go.</summary>
internal sealed class RecentPace
{
    private const int Window = 50;

    private readonly Queue<(long Done, double Seconds)> marks = [];
    private (long Done, double Seconds) newest;

    /// <summary>Seconds a unit; null until two marks are there.</summary>
    public double? SecondsPerUnit => marks.TryPeek(out var oldest) && newest.Done > oldest.Done
        ? Math.Max(0, newest.Seconds - oldest.Seconds) / (newest.Done - oldest.Done)
        : null;

    /// <summary>Sets a mark.</summary>
    /// <param name="done">Units done.</param>
    /// <param name="seconds">Spent on them, from any beginning.</param>
    public void Add(long done, double seconds)
    {
        newest = (done, seconds);
        marks.Enqueue(newest);
        if (marks.Count > Window + 1)
        {
            marks.Dequeue();
        }
    }

    /// <summary>Begins anew.</summary>
    public void Clear() => marks.Clear();
}
