namespace Inkstone.Evaluating;

/// <summary>Student's t distribution, as far as intervals at 95 % need it.</summary>
public static class StudentT
{
    // Two-sided 95 % for 1, 2, … degrees of freedom.
    private static readonly double[] Quantiles =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>By how many standard errors a mean may be off, in 95 of 100 cases; for a broken number of degrees that of the next lower one.</summary>
    /// <param name="degrees">Degrees of freedom, at least 1.</param>
    public static double At95(double degrees) => degrees > Quantiles.Length ? 1.960 + (2.5 / degrees) : Quantiles[Math.Max(1, (int)degrees) - 1];
}
