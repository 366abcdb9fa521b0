namespace Inkstone.Evaluating;

/// <summary>Precision, recall and F1, of a class or averaged over classes; null where there are no rows at all.</summary>
/// <param name="Precision">Of the rows predicted so, the share that is; 0 where none was predicted.</param>
/// <param name="Recall">Of the rows that are so, the share that was found; 0 where there is none.</param>
/// <param name="F1">Their harmonic mean; 0 where both are. Of averages: the average of the classes' F1.</param>
public readonly record struct PrecisionRecallF1(double? Precision, double? Recall, double? F1);

/// <summary>The numbers of one class against the rest.</summary>
public sealed record ClassMetrics
{
    /// <summary>The class's name.</summary>
    public required string Label { get; init; }

    /// <summary>Of the rows predicted to be of this class, the share that is; 0 where none was predicted, null without any rows.</summary>
    public double? Precision { get; init; }

    /// <summary>Of the rows of this class, the share that was found; 0 where there is none, null without any rows.</summary>
    public double? Recall { get; init; }

    /// <summary>Harmonic mean of precision and recall; 0 where both are, null without any rows.</summary>
    public double? F1 { get; init; }

    /// <summary>Rows of this class.</summary>
    public required int Support { get; init; }

    /// <summary>Area under the ROC curve of this class's probability; null unless some rows are of the class and some are not.</summary>
    public double? RocAuc { get; init; }

    /// <summary>Average precision of this class's probability; null where no row is of the class.</summary>
    public double? PrAuc { get; init; }

    /// <summary>Why a number is null: a clause for each, under its key in <c>metrics.json</c>.</summary>
    public required IReadOnlyDictionary<string, string> Undefined { get; init; }
}
