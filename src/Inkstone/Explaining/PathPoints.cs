namespace Inkstone.Explaining;

/// <summary>How the integral along the path is summed up.</summary>
public enum Quadrature
{
    /// <summary>Gauss and Legendre's points: exact for polynomials of degree 2 · steps - 1.</summary>
    GaussLegendre,

    /// <summary>Even steps from the baseline to the text, both ends included and halved.</summary>
    Trapezoid,
}

/// <summary>A place between baseline (0) and text (1), and how much its gradient counts.</summary>
internal readonly record struct PathPoint(double Place, double Weight);

/// <summary>The points of a path integral over [0, 1].</summary>
internal static class PathPoints
{
    private const int NewtonRounds = 8;   // it doubles the digits each time, and the start has three

    public static PathPoint[] Of(Quadrature quadrature, int steps) => quadrature switch
    {
        Quadrature.GaussLegendre => GaussLegendre(steps),
        Quadrature.Trapezoid => Trapezoid(steps),
        _ => throw new ArgumentOutOfRangeException(nameof(quadrature), quadrature, null),
    };

    /// <summary>The roots of the Legendre polynomial by Newton's method, moved from [-1, 1] to [0, 1].</summary>
    private static PathPoint[] GaussLegendre(int steps)
    {
        var points = new PathPoint[steps];
        for (var i = 0; i < steps; i++)
        {
            var x = Math.Cos(Math.PI * (i + 0.75) / (steps + 0.5));
            for (var round = 0; round < NewtonRounds; round++)
            {
                var (value, slopeThere) = Legendre(steps, x);
                x -= value / slopeThere;
            }

            var slope = Legendre(steps, x).Slope;
            points[steps - 1 - i] = new((1 + x) / 2, 1 / ((1 - (x * x)) * slope * slope));
        }

        return points;
    }

    private static (double Value, double Slope) Legendre(int degree, double x)
    {
        var (before, value) = (1.0, x);
        for (var n = 2; n <= degree; n++)
        {
            (before, value) = (value, (((2 * n) - 1) * x * value - ((n - 1) * before)) / n);
        }

        return (value, degree * ((x * value) - before) / ((x * x) - 1));
    }

    // captum's weights, so that scores are comparable with published ones: each point counts 1 / steps, although there are only
    // steps - 1 intervals. All together weigh (steps - 1) / steps; the convergence delta shows what is missing.
    private static PathPoint[] Trapezoid(int steps) =>
        [.. Enumerable.Range(0, steps).Select(i => new PathPoint((double)i / (steps - 1), (i == 0 || i == steps - 1 ? 0.5 : 1.0) / steps))];
}
