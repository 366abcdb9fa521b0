namespace Inkstone.Evaluating;

/// <summary>What logits say against labels: every number of an evaluation.</summary>
/// <remarks>
/// Defined as in scikit-learn with <c>zero_division=0</c> and all labels given, so a class without rows counts as 0 in the
/// macro means of precision, recall and F1. A number that does not exist is null, never 0 or NaN, and
/// <see cref="Undefined"/> says why.
/// </remarks>
public sealed partial record ClassificationMetrics
{
    /// <summary>Rows judged.</summary>
    public required int Samples { get; init; }

    /// <summary>The class names in the order of their ids.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>How often each class was predicted as each other, <c>[actual, predicted]</c>.</summary>
    public required int[,] Confusion { get; init; }

    /// <summary>The numbers of each class, in the order of the ids.</summary>
    public required IReadOnlyList<ClassMetrics> PerClass { get; init; }

    /// <summary>Mean cross-entropy in nats, whatever loss was trained on; from the logits, hence unclipped.</summary>
    public double? Loss { get; init; }

    /// <summary>Share of rows whose highest logit is the label's.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Mean recall of the classes that have rows.</summary>
    public double? BalancedAccuracy { get; init; }

    /// <summary>Matthews' correlation coefficient.</summary>
    public double? MatthewsCorrelation { get; init; }

    /// <summary>Cohen's kappa.</summary>
    public double? CohenKappa { get; init; }

    /// <summary>Over all rows together; with one label a row, all three are the accuracy.</summary>
    public PrecisionRecallF1 Micro { get; init; }

    /// <summary>Mean over the classes, each counting the same.</summary>
    public PrecisionRecallF1 Macro { get; init; }

    /// <summary>Mean over the classes, each counting as often as it has rows.</summary>
    public PrecisionRecallF1 Weighted { get; init; }

    /// <summary>Mean F1 of the classes, each counting the same.</summary>
    public double? MacroF1 => Macro.F1;

    /// <summary>Mean of the classes' ROC-AUC, one versus rest; null where one class has none.</summary>
    public double? MacroRocAuc { get; init; }

    /// <summary>Mean of the classes' average precision, one versus rest; null where one class has none.</summary>
    public double? MacroPrAuc { get; init; }

    /// <summary>Share of rows whose label is among the two highest probabilities; null for fewer than three classes.</summary>
    /// <remarks>Of equal probabilities the higher id counts first, as in scikit-learn's <c>top_k_accuracy_score</c>.</remarks>
    public double? Top2Accuracy { get; init; }

    /// <summary>Among the three highest; null for fewer than four classes.</summary>
    public double? Top3Accuracy { get; init; }

    /// <summary>Among the five highest; null for fewer than six classes.</summary>
    public double? Top5Accuracy { get; init; }

    /// <summary><see cref="Calibration.BrierScore"/>.</summary>
    public double? BrierScore { get; init; }

    /// <summary><see cref="Calibration.ExpectedError"/>.</summary>
    public double? ExpectedCalibrationError { get; init; }

    /// <summary>Between what ends accuracy and macro-F1 lie; null where nobody asked.</summary>
    public HeadlineIntervals? Intervals { get; init; }

    /// <summary>The same numbers over the rows whose text stood in the training rows; null where these are not known.</summary>
    public ClassificationMetrics? Seen { get; init; }

    /// <summary>The same numbers over the rows whose text did not stand in the training rows; null where these are not known.</summary>
    public ClassificationMetrics? Unseen { get; init; }

    /// <summary>Why a number is null: a clause for each, under its name in <see cref="MetricName"/> or <c>metrics.json</c>.</summary>
    public required IReadOnlyDictionary<string, string> Undefined { get; init; }

    /// <summary>The number of a name in <see cref="MetricName.All"/>.</summary>
    /// <exception cref="ArgumentException">There is no such metric.</exception>
    public double? Named(string metricName) => metricName switch
    {
        MetricName.Loss => Loss,
        MetricName.F1Macro => Macro.F1,
        "f1_micro" => Micro.F1,
        "f1_weighted" => Weighted.F1,
        "accuracy" => Accuracy,
        "balanced_accuracy" => BalancedAccuracy,
        "precision_macro" => Macro.Precision,
        "recall_macro" => Macro.Recall,
        "mcc" => MatthewsCorrelation,
        "kappa" => CohenKappa,
        "roc_auc_ovr_macro" => MacroRocAuc,
        "pr_auc_ovr_macro" => MacroPrAuc,
        _ => throw new ArgumentException($"The metric must be one of {string.Join(", ", MetricName.All)}, but is {metricName}.", nameof(metricName)),
    };
}
