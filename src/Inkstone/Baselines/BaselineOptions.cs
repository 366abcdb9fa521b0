namespace Inkstone.Baselines;

/// <summary>How the linear baseline learns. The defaults are one choice for every task: nothing is searched for.</summary>
public sealed record BaselineOptions
{
    /// <summary>
    /// Characters of the longest n-gram, 1 to 3. Default null: 3, or 2 where texts have more than 400 characters on average, in which three characters
    /// tell no more than two and cost four times the features.
    /// </summary>
    public int? LongestNgram { get; init; }

    /// <summary>An n-gram in fewer training texts is no feature. Default 2.</summary>
    public int MinDocumentFrequency { get; init; } = 2;

    /// <summary>Most features; the most frequent stay, and fewer where there are many classes (<see cref="MostWeights"/>). Default 1 million.</summary>
    public int MaxFeatures { get; init; } = 1_000_000;

    /// <summary>Price of a training mistake against the size of the weights, scikit-learn's <c>C</c>. Default 10.</summary>
    public double C { get; init; } = 10;

    /// <summary>Most passes over the rows. Default 50.</summary>
    public int MaxEpochs { get; init; } = 50;

    /// <summary>Stop when a pass moves the rows' probabilities by so little on average, 0 to 1. Default 0.002.</summary>
    public double Tolerance { get; init; } = 0.002;

    /// <summary>Order of the passes. Default 42.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>Texts longer than this on average are long.</summary>
    internal const int LongText = 400;

    /// <summary>Most numbers in the weights' table, 128 MiB.</summary>
    internal int MostWeights { get; init; } = 32 << 20;

    /// <summary>Most n-grams of all rows together that are held in memory, five bytes each; of more rows, evenly spread ones are taken.</summary>
    internal int MostEntries { get; init; } = 24 << 20;

    /// <summary>Most rows that are looked at; of more, evenly spread ones.</summary>
    internal int MostRows { get; init; } = 200_000;
}
