namespace Inkstone.Explaining;

/// <summary>What a map's order of tokens does to a prediction, over a sample of texts.</summary>
/// <param name="Name">The variant; or random order.</param>
/// <param name="Deletion">Mean probability of the explained label when the strongest 0, 10 … 100 % of tokens are masked: 11 numbers.</param>
/// <param name="Insertion">The same when they alone are left.</param>
/// <param name="DeletionAreas">Area under each text's deletion curve, 0 to 1: lower is more faithful.</param>
/// <param name="InsertionAreas">Area under each text's insertion curve: higher is more faithful.</param>
/// <param name="ShuffledCorrelation">
/// Mean absolute rank correlation of the maps with those of the same model with shuffled weights: as low as that of random order (about 0.8 / √tokens) says
/// that maps come from what the model learned. Of random order: with the first variant's maps.
/// </param>
public sealed record FaithfulnessCurve(
    string Name,
    IReadOnlyList<double> Deletion,
    IReadOnlyList<double> Insertion,
    IReadOnlyList<double> DeletionAreas,
    IReadOnlyList<double> InsertionAreas,
    double ShuffledCorrelation)
{
    /// <summary>Mean over texts.</summary>
    public double DeletionArea => DeletionAreas.Average();

    /// <summary>Mean over texts.</summary>
    public double InsertionArea => InsertionAreas.Average();

    /// <summary>Insertion minus deletion of each text: one number for both, higher is more faithful.</summary>
    public IReadOnlyList<double> Gaps => [.. InsertionAreas.Zip(DeletionAreas, (insertion, deletion) => insertion - deletion)];

    /// <summary>Standard error of a mean over texts; null for a single one.</summary>
    public static double? StandardError(IReadOnlyList<double> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        if (numbers.Count < 2)
        {
            return null;
        }

        var mean = numbers.Average();
        return Math.Sqrt(numbers.Sum(number => (number - mean) * (number - mean)) / (numbers.Count - 1) / numbers.Count);
    }
}
