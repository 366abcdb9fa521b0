namespace Inkstone.Evaluating;

/// <summary>A number, and how far chance in the choice of rows would move it.</summary>
/// <param name="Value">The number.</param>
/// <param name="StandardError">Its standard error; null for fewer than two rows.</param>
public readonly record struct Estimate(double Value, double? StandardError);

/// <summary>Accuracy and macro-F1 of classifiers on the same rows, and their differences, with standard errors that pair the rows.</summary>
/// <remarks>Standard errors are the jackknife's (Efron and Stein 1981): each row is left out once. Of an accuracy it is the usual sd / √n.</remarks>
public static class PairedDifference
{
    /// <summary>A classifier's accuracy and macro-F1.</summary>
    /// <param name="rows">What it said of each row; at least one.</param>
    /// <param name="classes">The number of classes.</param>
    public static (Estimate Accuracy, Estimate MacroF1) Of(IReadOnlyList<JudgedRow> rows, int classes) => Jackknife(rows, null, classes);

    /// <summary>The second classifier's less the first's.</summary>
    /// <param name="first">What one said of each row; at least one.</param>
    /// <param name="second">What the other said of the same rows, in their order.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">The rows differ.</exception>
    public static (Estimate Accuracy, Estimate MacroF1) Between(IReadOnlyList<JudgedRow> first, IReadOnlyList<JudgedRow> second, int classes)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return first.Select(row => (row.Row.File, row.Row.Line, row.LabelId)).SequenceEqual(second.Select(row => (row.Row.File, row.Row.Line, row.LabelId)))
            ? Jackknife(second, first, classes)
            : throw new ArgumentException("Differences are paired over rows, and these two judged different ones.", nameof(second));
    }

    private static (Estimate Accuracy, Estimate MacroF1) Jackknife(IReadOnlyList<JudgedRow> rows, IReadOnlyList<JudgedRow>? subtracted, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count);
        var (counts, others) = (Counted(rows, classes), subtracted is null ? null : Counted(subtracted, classes));
        var whole = Difference();
        if (rows.Count < 2)
        {
            return (new(whole.Accuracy, null), new(whole.MacroF1, null));
        }

        var without = new (double Accuracy, double MacroF1)[rows.Count];
        for (var row = 0; row < without.Length; row++)
        {
            var (label, predicted, other) = (rows[row].LabelId, rows[row].Predicted, subtracted?[row].Predicted ?? 0);
            counts.Remove(label, predicted);
            others?.Remove(label, other);
            without[row] = Difference();
            counts.Add(label, predicted);
            others?.Add(label, other);
        }

        return (Estimated(whole.Accuracy, Array.ConvertAll(without, of => of.Accuracy)), Estimated(whole.MacroF1, Array.ConvertAll(without, of => of.MacroF1)));

        (double Accuracy, double MacroF1) Difference() => (counts.Accuracy - (others?.Accuracy ?? 0), counts.MacroF1 - (others?.MacroF1 ?? 0));
    }

    private static HeadlineCounts Counted(IReadOnlyList<JudgedRow> rows, int classes) =>
        HeadlineCounts.Of([.. rows.Select(row => row.LabelId)], [.. rows.Select(row => row.Predicted)], classes);

    private static Estimate Estimated(double whole, double[] without)
    {
        var mean = without.Average();
        return new(whole, Math.Sqrt((without.Length - 1.0) / without.Length * without.Sum(value => (value - mean) * (value - mean))));
    }
}
