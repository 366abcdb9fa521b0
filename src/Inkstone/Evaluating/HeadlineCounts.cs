namespace Inkstone.Evaluating;

/// <summary>Counts from which accuracy and macro-F1 follow, as rows come and go.</summary>
/// <param name="classes">The number of classes.</param>
internal sealed class HeadlineCounts(int classes)
{
    private readonly int[] hits = new int[classes];     // rows of a class that were found
    private readonly int[] either = new int[classes];   // rows of it, and rows called so
    private int all;

    /// <summary>Counts rows.</summary>
    /// <param name="labelIds">Their true classes.</param>
    /// <param name="predicted">Their predicted classes, as many.</param>
    /// <param name="classes">The number of classes.</param>
    public static HeadlineCounts Of(IReadOnlyList<int> labelIds, IReadOnlyList<int> predicted, int classes)
    {
        var counts = new HeadlineCounts(classes);
        for (var row = 0; row < labelIds.Count; row++)
        {
            counts.Add(labelIds[row], predicted[row]);
        }

        return counts;
    }

    /// <summary>Rows whose prediction is their class.</summary>
    public int Right { get; private set; }

    /// <summary>Share of the rows that are right; NaN without rows.</summary>
    public double Accuracy => (double)Right / all;

    /// <summary>Mean F1 over all classes; that of a class that occurs neither as label nor as prediction is 0.</summary>
    public double MacroF1 => SumOfF1() / classes;

    /// <summary>Classes that occur neither as label nor as prediction.</summary>
    public int Absent => either.Count(rows => rows == 0);

    /// <summary>Mean F1 over the classes that occur, and over so many that do not.</summary>
    public double MacroF1With(int absent) => SumOfF1() / (classes - Absent + absent);

    public void Add(int labelId, int predicted) => Count(labelId, predicted, 1);

    public void Remove(int labelId, int predicted) => Count(labelId, predicted, -1);

    private void Count(int labelId, int predicted, int rows)
    {
        either[labelId] += rows;
        either[predicted] += rows;
        all += rows;
        if (labelId == predicted)
        {
            hits[labelId] += rows;
            Right += rows;
        }
    }

    private double SumOfF1()
    {
        var sum = 0.0;
        for (var id = 0; id < hits.Length; id++)
        {
            sum += either[id] == 0 ? 0 : 2.0 * hits[id] / either[id];
        }

        return sum;
    }
}
