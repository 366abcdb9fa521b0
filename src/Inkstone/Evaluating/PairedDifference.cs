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
    public static (Estimate Accuracy, Estimate MacroF1) Of(IReadOnlyList<JudgedRow> rows, int classes) =>
        (Jackknife(rows, [], classes, Accuracy), Jackknife(rows, [], classes, MacroF1));

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
            ? (Jackknife(second, first, classes, Accuracy), Jackknife(second, first, classes, MacroF1))
            : throw new ArgumentException("Differences are paired over rows, and these two judged different ones.", nameof(second));
    }

    private static Estimate Jackknife(IReadOnlyList<JudgedRow> rows, IReadOnlyList<JudgedRow> subtracted, int classes, Func<int[,], double> metric)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count);
        var (confusion, other) = (Count(rows, classes), Count(subtracted, classes));
        var whole = Difference();
        if (rows.Count < 2)
        {
            return new(whole, null);
        }

        var without = new double[rows.Count];
        for (var row = 0; row < without.Length; row++)
        {
            Add(rows[row], -1, confusion);
            if (subtracted.Count > 0)
            {
                Add(subtracted[row], -1, other);
            }

            without[row] = Difference();
            Add(rows[row], 1, confusion);
            if (subtracted.Count > 0)
            {
                Add(subtracted[row], 1, other);
            }
        }

        var mean = without.Average();
        return new(whole, Math.Sqrt((rows.Count - 1.0) / rows.Count * without.Sum(value => (value - mean) * (value - mean))));

        double Difference() => metric(confusion) - (subtracted.Count == 0 ? 0 : metric(other));
    }

    private static int[,] Count(IReadOnlyList<JudgedRow> rows, int classes)
    {
        var counts = new int[classes, classes];
        foreach (var row in rows)
        {
            Add(row, 1, counts);
        }

        return counts;
    }

    private static void Add(JudgedRow row, int times, int[,] counts) => counts[row.LabelId, Probabilities.IndexOfHighest(row.Logits)] += times;

    private static double Accuracy(int[,] counts)
    {
        var (right, all) = (0, 0);
        for (var actual = 0; actual < counts.GetLength(0); actual++)
        {
            right += counts[actual, actual];
            for (var predicted = 0; predicted < counts.GetLength(1); predicted++)
            {
                all += counts[actual, predicted];
            }
        }

        return (double)right / all;
    }

    private static double MacroF1(int[,] counts)
    {
        var classes = counts.GetLength(0);
        var sum = 0.0;
        for (var id = 0; id < classes; id++)
        {
            var marked = 0;
            for (var other = 0; other < classes; other++)
            {
                marked += counts[id, other] + counts[other, id];
            }

            sum += marked == 0 ? 0 : 2.0 * counts[id, id] / marked;
        }

        return sum / classes;
    }
}
