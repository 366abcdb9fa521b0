using System.Globalization;
using Inkstone.Tracking;

namespace Inkstone.Training.Watching;

/// <summary>An epoch whose attention worked on padding for a large part.</summary>
internal sealed record MuchPadding : IWatchRule
{
    private const double Much = 0.4;

    private double sum;
    private long steps;

    /// <inheritdoc/>
    public string? After(StepRecord record)
    {
        if (steps < 0)
        {
            return null;
        }

        sum += record.PaddingShare;
        steps++;
        if (record.Epoch < 1)
        {
            return null;
        }

        var mean = sum / steps;
        steps = -1;   // the first epoch has spoken for all
        return mean <= Much ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"Warning: {100 * mean:0} % of attention's places were padding in the first epoch, because short and long texts share batches. Set training.group_by_length=true (and training.shuffle=true), or smaller batches.");
    }
}
