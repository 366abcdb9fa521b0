namespace Inkstone.Evaluating;

/// <summary>How often each class was predicted as each other, and the numbers that follow from these counts alone.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[] actual;
    private readonly int[] predicted;

    /// <summary>Takes the counts over.</summary>
    /// <param name="counts">Rows of class <c>i</c> that were predicted as <c>j</c> at <c>[i, j]</c>; square.</param>
    public ConfusionMatrix(int[,] counts)
    {
        Counts = counts;
        Classes = counts.GetLength(0);
        actual = new int[Classes];
        predicted = new int[Classes];
        for (var row = 0; row < Classes; row++)
        {
            for (var column = 0; column < Classes; column++)
            {
                actual[row] += counts[row, column];
                predicted[column] += counts[row, column];
            }

            Correct += counts[row, row];
            Total += actual[row];
        }
    }

    /// <summary>The counts, <c>[actual, predicted]</c>.</summary>
    public int[,] Counts { get; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The number of rows counted.</summary>
    public int Total { get; }

    /// <summary>The number of rows on the diagonal.</summary>
    public int Correct { get; }

    /// <summary>Rows that are of a class.</summary>
    public int Actual(int labelId) => actual[labelId];

    /// <summary>Rows that were predicted to be of a class.</summary>
    public int Predicted(int labelId) => predicted[labelId];

    /// <summary>Of the rows predicted to be of the class, the share that is; 0 where none was predicted.</summary>
    public double Precision(int labelId) => Share(Counts[labelId, labelId], predicted[labelId]);

    /// <summary>Of the rows of the class, the share that was found; 0 where there is none.</summary>
    public double Recall(int labelId) => Share(Counts[labelId, labelId], actual[labelId]);

    /// <summary>Harmonic mean of precision and recall; 0 where both are.</summary>
    public double F1(int labelId) => Share(2.0 * Counts[labelId, labelId], (double)actual[labelId] + predicted[labelId]);

    /// <summary>Mean recall of the classes that have rows; NaN without rows.</summary>
    public double BalancedAccuracy() => Enumerable.Range(0, Classes).Where(id => actual[id] > 0).Select(Recall).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Matthews' correlation of labels and predictions, -1 to 1; NaN where either are all of one class (scikit-learn says 0).</summary>
    /// <remarks>Gorodkin 2004 for several classes, there called R_K.</remarks>
    public double MatthewsCorrelation() =>
        Excess(Correct, actual, predicted) / Math.Sqrt(Excess(Total, actual, actual) * Excess(Total, predicted, predicted));

    /// <summary>Cohen's kappa, the agreement beyond chance, at most 1; NaN where labels and predictions are all the same class.</summary>
    /// <remarks>Cohen 1960.</remarks>
    public double CohenKappa() => Excess(Correct, actual, predicted) / Excess(Total, actual, predicted);

    /// <summary>The counts divided by the rows of each actual class, <c>[actual, predicted]</c>; 0 in the row of a class without rows.</summary>
    public double[,] ByActual() => Normalized((row, _) => actual[row]);

    /// <summary>The counts divided by the rows of each predicted class, <c>[actual, predicted]</c>; 0 in the column of a class never predicted.</summary>
    public double[,] ByPredicted() => Normalized((_, column) => predicted[column]);

    private double[,] Normalized(Func<int, int, int> total)
    {
        var shares = new double[Classes, Classes];
        for (var row = 0; row < Classes; row++)
        {
            for (var column = 0; column < Classes; column++)
            {
                shares[row, column] = Share(Counts[row, column], total(row, column));
            }
        }

        return shares;
    }

    private static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;

    /// <summary>By how much the agreements exceed those of two independent draws, times the number of rows squared.</summary>
    private double Excess(int agreements, int[] left, int[] right)
    {
        var excess = (double)Total * agreements;
        for (var id = 0; id < Classes; id++)
        {
            excess -= (double)left[id] * right[id];
        }

        return excess;
    }
}
