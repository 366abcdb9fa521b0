namespace Inkstone.Evaluating;

/// <summary>A point of an ROC curve: rows that score at least <paramref name="Threshold"/> are called positive.</summary>
/// <param name="FalsePositiveRate">Share of the negative rows called positive.</param>
/// <param name="TruePositiveRate">Share of the positive rows called positive.</param>
/// <param name="Threshold">The score; infinite at the first point, where nothing is called positive.</param>
public readonly record struct RocPoint(double FalsePositiveRate, double TruePositiveRate, double Threshold);

/// <summary>A point of a precision-recall curve: rows that score at least <paramref name="Threshold"/> are called positive.</summary>
/// <param name="Precision">Share of the rows called positive that are.</param>
/// <param name="Recall">Share of the positive rows called positive.</param>
/// <param name="Threshold">The score; infinite at the last point, which is (1, 0) by convention.</param>
public readonly record struct PrecisionRecallPoint(double Precision, double Recall, double Threshold);

/// <summary>How well a score puts the rows of one class before all others: one class against the rest.</summary>
/// <remarks>Rows with equal scores pass a threshold together, as in scikit-learn's <c>roc_curve</c> and <c>precision_recall_curve</c>.</remarks>
public sealed class BinaryRanking
{
    // Rows at or above each different score, from the highest score down; the first entry is "none".
    private readonly List<int> truePositives = [0];
    private readonly List<int> falsePositives = [0];
    private readonly List<double> thresholds = [double.PositiveInfinity];

    /// <summary>Ranks the rows.</summary>
    /// <param name="scores">A number a row, higher for rows more likely to be positive.</param>
    /// <param name="isPositive">Whether each row is of the class.</param>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public BinaryRanking(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isPositive)
    {
        if (scores.Length != isPositive.Length)
        {
            throw new ArgumentException(FormattableString.Invariant($"There are {scores.Length} scores, but {isPositive.Length} rows."), nameof(scores));
        }

        var ascending = scores.ToArray();
        var positives = isPositive.ToArray();
        Array.Sort(ascending, positives);
        var (truePositive, falsePositive) = (0, 0);
        for (var row = ascending.Length - 1; row >= 0; row--)
        {
            _ = positives[row] ? truePositive++ : falsePositive++;
            if (row == 0 || ascending[row - 1] != ascending[row])
            {
                truePositives.Add(truePositive);
                falsePositives.Add(falsePositive);
                thresholds.Add(ascending[row]);
            }
        }
    }

    /// <summary>Rows of the class.</summary>
    public int Positives => truePositives[^1];

    /// <summary>All other rows.</summary>
    public int Negatives => falsePositives[^1];

    /// <summary>The area under the ROC curve: how often a positive row beats a negative one, ties counting half; null without either kind.</summary>
    public double? RocAuc()
    {
        if (Positives == 0 || Negatives == 0)
        {
            return null;
        }

        var doubledArea = 0.0;
        for (var i = 1; i < truePositives.Count; i++)
        {
            doubledArea += (double)(falsePositives[i] - falsePositives[i - 1]) * (truePositives[i] + truePositives[i - 1]);
        }

        return doubledArea / 2 / Positives / Negatives;
    }

    /// <summary>Average precision, the stepwise area under the precision-recall curve; null without positive rows.</summary>
    public double? AveragePrecision()
    {
        if (Positives == 0)
        {
            return null;
        }

        var sum = 0.0;
        for (var i = 1; i < truePositives.Count; i++)
        {
            sum += (truePositives[i] - truePositives[i - 1]) * Precision(i);
        }

        return sum / Positives;
    }

    /// <summary>The ROC curve from (0, 0) to (1, 1), a point for each different score; null without rows of both kinds.</summary>
    public IReadOnlyList<RocPoint>? RocCurve() => Positives == 0 || Negatives == 0
        ? null
        : [.. thresholds.Select((threshold, i) => new RocPoint((double)falsePositives[i] / Negatives, (double)truePositives[i] / Positives, threshold))];

    /// <summary>The precision-recall curve from the lowest score to the highest, then (1, 0); null without positive rows.</summary>
    public IReadOnlyList<PrecisionRecallPoint>? PrecisionRecallCurve() => Positives == 0
        ? null
        : [.. thresholds.Select((threshold, i) => new PrecisionRecallPoint(i == 0 ? 1 : Precision(i), (double)truePositives[i] / Positives, threshold)).Reverse()];

    private double Precision(int i) => (double)truePositives[i] / (truePositives[i] + falsePositives[i]);
}
