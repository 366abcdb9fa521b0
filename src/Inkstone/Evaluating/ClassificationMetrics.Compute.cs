namespace Inkstone.Evaluating;

public sealed partial record ClassificationMetrics
{
    /// <summary>Judges logits against labels.</summary>
    /// <param name="labelIds">The true class of each row.</param>
    /// <param name="logits">One finite number a class in each row.</param>
    /// <param name="labelNames">The class names in the order of their ids, at least one.</param>
    /// <param name="seen">Whether each row's text stood in the training rows; null where these are not known.</param>
    /// <param name="withIntervals">Whether to resample the rows for <see cref="Intervals"/> too.</param>
    /// <exception cref="ArgumentException">Lengths differ, an id is no class, or a logit is not finite.</exception>
    public static ClassificationMetrics Compute(
        IReadOnlyList<int> labelIds, IReadOnlyList<double[]> logits, IReadOnlyList<string> labelNames, IReadOnlyList<bool>? seen = null, bool withIntervals = false)
    {
        ThrowIfInvalid(labelIds, logits, labelNames, seen);
        var all = new JudgedLogits(labelIds, logits, labelNames);
        if (seen is null)
        {
            const string Unknown = "the training rows are not known";
            var metrics = all.Measure(withIntervals);
            return metrics with { Undefined = new Dictionary<string, string>(metrics.Undefined) { ["seen"] = Unknown, ["unseen"] = Unknown } };
        }

        return all.Measure(withIntervals) with
        {
            Seen = all.Where(row => seen[row]).Measure(withIntervals),
            Unseen = all.Where(row => !seen[row]).Measure(withIntervals),
        };
    }

    /// <inheritdoc cref="Compute(IReadOnlyList{int}, IReadOnlyList{double[]}, IReadOnlyList{string}, IReadOnlyList{bool}?, bool)"/>
    public static ClassificationMetrics Compute(
        IReadOnlyList<int> labelIds, IReadOnlyList<float[]> logits, IReadOnlyList<string> labelNames, IReadOnlyList<bool>? seen = null) =>
        Compute(labelIds, [.. logits.Select(row => Array.ConvertAll(row, logit => (double)logit))], labelNames, seen);

    private static void ThrowIfInvalid(
        IReadOnlyList<int> labelIds, IReadOnlyList<double[]> logits, IReadOnlyList<string> labelNames, IReadOnlyList<bool>? seen)
    {
        if (labelNames.Count == 0)
        {
            throw new ArgumentException("labelNames must hold at least one name, but is empty.", nameof(labelNames));
        }

        if (logits.Count != labelIds.Count)
        {
            throw Invalid(nameof(logits), $"logits must have a row for each label ({labelIds.Count}), but has {logits.Count}");
        }

        if (seen is not null && seen.Count != labelIds.Count)
        {
            throw Invalid(nameof(seen), $"seen must have an entry for each label ({labelIds.Count}), but has {seen.Count}");
        }

        for (var row = 0; row < labelIds.Count; row++)
        {
            if (labelIds[row] < 0 || labelIds[row] >= labelNames.Count)
            {
                throw Invalid(nameof(labelIds), $"labelIds[{row}] must be a class, 0 to {labelNames.Count - 1}, but is {labelIds[row]}");
            }

            if (logits[row].Length != labelNames.Count)
            {
                throw Invalid(nameof(logits), $"logits[{row}] must have a number for each class ({labelNames.Count}), but has {logits[row].Length}");
            }

            if (!logits[row].All(double.IsFinite))
            {
                throw Invalid(nameof(logits), $"logits[{row}] must be finite, but holds {logits[row].First(logit => !double.IsFinite(logit))}");
            }
        }
    }

    private static ArgumentException Invalid(string parameter, FormattableString sentence) => new(FormattableString.Invariant(sentence) + ".", parameter);
}
