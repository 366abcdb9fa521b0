namespace Inkstone.Explaining;

/// <summary>Spearman's rank correlation.</summary>
public static class RankCorrelation
{
    /// <summary>-1 to 1; 0 where one side has no order at all. Equal numbers share the mean of their ranks.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Of(IReadOnlyList<float> left, IReadOnlyList<float> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Count != right.Count)
        {
            throw new ArgumentException(FormattableString.Invariant($"{left.Count} numbers cannot be compared with {right.Count}."));
        }

        var (a, b) = (Ranks(left), Ranks(right));
        var mean = (left.Count - 1) / 2.0;
        double both = 0, ofLeft = 0, ofRight = 0;
        for (var index = 0; index < a.Length; index++)
        {
            both += (a[index] - mean) * (b[index] - mean);
            ofLeft += (a[index] - mean) * (a[index] - mean);
            ofRight += (b[index] - mean) * (b[index] - mean);
        }

        return ofLeft == 0 || ofRight == 0 ? 0 : both / Math.Sqrt(ofLeft * ofRight);
    }

    private static double[] Ranks(IReadOnlyList<float> numbers)
    {
        var order = Enumerable.Range(0, numbers.Count).OrderBy(index => numbers[index]).ToArray();
        var ranks = new double[order.Length];
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;   // a NaN equals nothing, not even itself
            while (to < order.Length && numbers[order[to]] == numbers[order[from]])
            {
                to++;
            }

            for (var place = from; place < to; place++)
            {
                ranks[order[place]] = (from + to - 1) / 2.0;
            }

            from = to;
        }

        return ranks;
    }
}
