namespace Inkstone.Comparing;

/// <summary>Whether two classifiers are right on different numbers of the same rows, beyond chance.</summary>
/// <remarks>McNemar 1947, in its exact form: were both equally good, each row that only one of them has right would be a fair coin.</remarks>
public static class McNemar
{
    /// <summary>How likely so uneven a count, or a more uneven one, would be of equally good classifiers: 0 to 1, two-sided, exact.</summary>
    /// <param name="onlyFirst">Rows that only the first has right.</param>
    /// <param name="onlySecond">Rows that only the second has right.</param>
    public static double PValue(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        var (fewer, all) = (Math.Min(onlyFirst, onlySecond), (long)onlyFirst + onlySecond);
        if (2L * fewer == all)
        {
            return 1;
        }

        // Terms of the binomial distribution from the largest down, each a share of the one before: no factorial, no underflow on the way.
        var (sum, term) = (0.0, 1.0);
        for (var heads = fewer; heads >= 0 && term > 0; heads--)
        {
            sum += term;
            term *= heads / (double)(all - heads + 1);
        }

        return Math.Min(1, Math.Exp(LogOfTerm(fewer, all) + Math.Log(2 * sum)));
    }

    /// <summary>ln of C(all, heads) / 2^all.</summary>
    private static double LogOfTerm(int heads, long all)
    {
        var log = -all * Math.Log(2);
        for (var index = 1; index <= heads; index++)
        {
            log += Math.Log((all - heads + index) / (double)index);
        }

        return log;
    }
}
