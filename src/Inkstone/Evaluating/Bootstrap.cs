using Inkstone.Batching;

namespace Inkstone.Evaluating;

/// <summary>Where a number would lie, in 95 of 100 cases, had other rows of the same kind been drawn.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Whether 0 lies outside: of a difference, whether its sign is certain.</summary>
    public bool ExcludesZero => Low > 0 || High < 0;

    /// <summary>Of a share, without resampling: right for few rows too, and for shares of 0 and 1.</summary>
    /// <param name="part">Rows that count.</param>
    /// <param name="whole">All rows, at least one.</param>
    /// <remarks>Wilson 1927, at 95 %.</remarks>
    public static Interval OfShare(int part, int whole)
    {
        const double Z = 1.959963984540054;
        var (share, spread) = ((double)part / whole, Z * Z / whole);
        var center = (share + (spread / 2)) / (1 + spread);
        var half = Z * Math.Sqrt((share * (1 - share) / whole) + (spread / (4 * whole))) / (1 + spread);
        return new(part == 0 ? 0 : center - half, part == whole ? 1 : center + half);
    }

    /// <summary>Of the difference of two shares of different rows, the first less the second.</summary>
    /// <param name="part">Rows of the first that count.</param>
    /// <param name="whole">All rows of the first, at least one.</param>
    /// <param name="otherPart">Rows of the second that count.</param>
    /// <param name="otherWhole">All rows of the second, at least one.</param>
    /// <remarks>Newcombe 1998, method 10, at 95 %.</remarks>
    public static Interval OfDifference(int part, int whole, int otherPart, int otherWhole)
    {
        var (share, other) = ((double)part / whole, (double)otherPart / otherWhole);
        var (of, ofOther) = (OfShare(part, whole), OfShare(otherPart, otherWhole));
        return new(
            share - other - Math.Sqrt(((share - of.Low) * (share - of.Low)) + ((ofOther.High - other) * (ofOther.High - other))),
            share - other + Math.Sqrt(((of.High - share) * (of.High - share)) + ((other - ofOther.Low) * (other - ofOther.Low))));
    }
}

/// <summary>The intervals of an evaluation's headline; null where resampling its rows says nothing.</summary>
/// <param name="Accuracy">Of the accuracy.</param>
/// <param name="MacroF1">Of the macro-F1.</param>
/// <param name="Undefined">Why both are null; null where they exist.</param>
public sealed record HeadlineIntervals(Interval? Accuracy, Interval? MacroF1, string? Undefined);

/// <summary>
/// Percentile bootstrap over rows: 1 000 times, as many rows are drawn with replacement as there are, and the number is computed again.
/// The same rows give the same interval, on any number of threads.
/// </summary>
/// <remarks>
/// Efron 1979. A draw's macro-F1 is the mean over the classes that it met: one that it missed by chance has no F1 in it, and as 0 would pull all draws
/// below the number itself. A class that occurs nowhere in the rows counts as 0, as in <see cref="ClassificationMetrics"/>.
/// </remarks>
public static class Bootstrap
{
    /// <summary>Draws.</summary>
    public const int Draws = 1000;

    /// <summary>The share of draws inside an interval.</summary>
    public const double Level = 0.95;

    private const long Seed = 42;

    /// <summary>The intervals of accuracy and macro-F1.</summary>
    /// <param name="labelIds">The true class of each row.</param>
    /// <param name="predicted">The predicted class of each row.</param>
    /// <param name="classes">The number of classes.</param>
    public static HeadlineIntervals Of(IReadOnlyList<int> labelIds, IReadOnlyList<int> predicted, int classes)
    {
        var right = labelIds.Where((id, row) => id == predicted[row]).Count();
        var nothingToSay = labelIds.Count == 0 ? "there are no rows"
            : labelIds.Count == 1 ? "one row cannot vary"
            : right == labelIds.Count ? "every row is right, and resampling cannot say how often others would be wrong"
            : right == 0 ? "every row is wrong, and resampling cannot say how often others would be right"
            : null;
        if (nothingToSay is not null)
        {
            return new(null, null, nothingToSay);
        }

        int[] labels = [.. labelIds], first = [.. predicted];
        var absent = HeadlineCounts.Of(labels, first, classes).Absent;
        var draws = Draw(labels.Length, rows => Headline(rows, labels, first, classes, absent));
        return new(Of(draws, draw => draw.Accuracy), Of(draws, draw => draw.MacroF1), null);
    }

    /// <summary>The intervals of the differences between two predictions of the same rows, the second less the first; each draw takes the same rows of both.</summary>
    /// <param name="labelIds">The true class of each row, at least one.</param>
    /// <param name="first">What the one predicted.</param>
    /// <param name="second">What the other predicted.</param>
    /// <param name="classes">The number of classes.</param>
    public static (Interval Accuracy, Interval MacroF1) OfDifference(IReadOnlyList<int> labelIds, IReadOnlyList<int> first, IReadOnlyList<int> second, int classes)
    {
        int[] labels = [.. labelIds], before = [.. first], after = [.. second];
        var (absentBefore, absentAfter) = (HeadlineCounts.Of(labels, before, classes).Absent, HeadlineCounts.Of(labels, after, classes).Absent);
        var draws = Draw(labels.Length, rows =>
        {
            var (one, other) = (Headline(rows, labels, before, classes, absentBefore), Headline(rows, labels, after, classes, absentAfter));
            return (Accuracy: other.Accuracy - one.Accuracy, MacroF1: other.MacroF1 - one.MacroF1);
        });
        return (Of(draws, draw => draw.Accuracy), Of(draws, draw => draw.MacroF1));
    }

    private static T[] Draw<T>(int rows, Func<int[], T> measure)
    {
        var draws = new T[Draws];
        Parallel.For(0, Draws, () => new int[rows], (draw, _, drawn) =>
        {
            var random = new SeededRandom(Seed, draw);
            for (var index = 0; index < rows; index++)
            {
                drawn[index] = random.Next(rows);
            }

            draws[draw] = measure(drawn);
            return drawn;
        }, _ => { });
        return draws;
    }

    private static (double Accuracy, double MacroF1) Headline(int[] rows, int[] labels, int[] predicted, int classes, int absent)
    {
        var counts = new HeadlineCounts(classes);
        foreach (var row in rows)
        {
            counts.Add(labels[row], predicted[row]);
        }

        return (counts.Accuracy, counts.MacroF1With(absent));
    }

    private static Interval Of<T>(T[] draws, Func<T, double> number)
    {
        var sorted = Array.ConvertAll(draws, draw => number(draw));
        Array.Sort(sorted);
        return new(Quantile(sorted, (1 - Level) / 2), Quantile(sorted, (1 + Level) / 2));
    }

    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}
