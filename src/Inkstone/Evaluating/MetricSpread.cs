namespace Inkstone.Evaluating;

/// <summary>A metric over several runs.</summary>
/// <param name="Mean">Mean of the runs that have it.</param>
/// <param name="Sd">Standard deviation of the sample (n − 1); null for fewer than two.</param>
/// <param name="Values">One a run, in their order; null where a run does not have it.</param>
public sealed record MetricSpread(double? Mean, double? Sd, IReadOnlyList<double?> Values)
{
    /// <summary>Every metric of <see cref="MetricName.All"/>, by its name.</summary>
    public static IReadOnlyDictionary<string, MetricSpread> Of(IReadOnlyList<ClassificationMetrics> runs) =>
        Of([.. runs.Select(run => MetricName.All.ToDictionary(name => name, run.Named, StringComparer.Ordinal))]);

    /// <summary>The same, of runs whose numbers are known by their names.</summary>
    public static IReadOnlyDictionary<string, MetricSpread> Of(IReadOnlyList<IReadOnlyDictionary<string, double?>> runs) =>
        MetricName.All.ToDictionary(name => name, name => Of([.. runs.Select(run => run[name])]), StringComparer.Ordinal);

    /// <summary>The spread of some numbers.</summary>
    public static MetricSpread Of(IReadOnlyList<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        if (known.Length == 0)
        {
            return new(null, null, values);
        }

        var mean = known.Average();
        return new(mean, known.Length < 2 ? null : Math.Sqrt(known.Sum(value => (value - mean) * (value - mean)) / (known.Length - 1)), values);
    }
}
