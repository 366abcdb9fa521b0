using System.Globalization;
using Inkstone.Tracking;

namespace Inkstone.Training.Watching;

/// <summary>A classifier that gives every row the same label.</summary>
/// <param name="HasCountermeasure">Whether the recipe does something for rare classes already, which then needs no advice.</param>
internal sealed record OnePredictedClass(bool HasCountermeasure = false) : IWatchRule
{
    /// <inheritdoc/>
    public string? After(EvaluationRecord record)
    {
        var (metrics, classes) = (record.Metrics, record.Metrics.Labels.Count);
        if (metrics.Samples < 2 || classes < 2)
        {
            return null;
        }

        for (var id = 0; id < classes; id++)
        {
            if (Enumerable.Range(0, classes).Sum(actual => metrics.Confusion[actual, id]) == metrics.Samples)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"Warning: after step {record.Step} every {record.Split} row is predicted as {metrics.Labels[id]}. If it stays so, try a third of optimizer.learning_rate or a longer scheduler.warmup_ratio{(HasCountermeasure ? "" : ", and against rare classes loss.class_weights=balanced")}; check the labels too.");
            }
        }

        return null;
    }
}
