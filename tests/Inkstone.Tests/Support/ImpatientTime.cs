using System.Collections.Concurrent;

namespace Inkstone.Tests.Support;

/// <summary>A clock on which nobody waits: timers ring at once and are remembered, but for those of an hour and more.</summary>
internal sealed class ImpatientTime : TimeProvider
{
    /// <summary>A time-out that shall not ring.</summary>
    public static readonly TimeSpan Never = TimeSpan.FromHours(1);

    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override DateTimeOffset GetUtcNow() => new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var rings = dueTime >= TimeSpan.Zero && dueTime < Never;
        if (rings)
        {
            Waits.Enqueue(dueTime);
        }

        return System.CreateTimer(callback, state, rings ? TimeSpan.Zero : dueTime, period);
    }
}
