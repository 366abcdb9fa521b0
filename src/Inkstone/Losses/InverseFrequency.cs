namespace Inkstone.Losses;

/// <summary>Weights that let rare classes count as much as common ones. A class without training rows weighs nothing.</summary>
internal static class InverseFrequency
{
    /// <summary>n / (classes · count), as scikit-learn's <c>balanced</c>.</summary>
    /// <param name="counts">Training rows of each class.</param>
    public static double[] Balanced(IReadOnlyList<int> counts)
    {
        double rows = counts.Sum();
        return [.. counts.Select(count => count == 0 ? 0 : rows / (counts.Count * count))];
    }

    /// <summary>(1 − β) / (1 − β^count): the inverse of the effective number of samples.</summary>
    /// <param name="counts">Training rows of each class.</param>
    /// <param name="beta">Overlap of new rows with old ones, 0 to 1; the paper's 0.9999 by default.</param>
    /// <remarks>Cui et al. 2019 (arXiv:1901.05555), scaled to a sum of the class count as published.</remarks>
    public static double[] Effective(IReadOnlyList<int> counts, double beta = 0.9999)
    {
        var inverse = counts.Select(count => count == 0 ? 0 : (1 - beta) / (1 - Math.Pow(beta, count))).ToArray();
        var sum = inverse.Sum();
        return Array.ConvertAll(inverse, value => value * counts.Count / sum);
    }
}
