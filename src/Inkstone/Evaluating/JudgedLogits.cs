namespace Inkstone.Evaluating;

/// <summary>Labels, logits, and what follows from them row by row; <see cref="Measure"/> sums it up.</summary>
internal sealed class JudgedLogits
{
    private readonly IReadOnlyList<string> labelNames;
    private readonly int[] labelIds;
    private readonly double[][] logits;
    private readonly double[][] probabilities;
    private readonly int[] predicted;
    private readonly ConfusionMatrix confusion;
    private readonly string? noRows;
    private readonly Dictionary<string, string> undefined = new(StringComparer.Ordinal);

    public JudgedLogits(IReadOnlyList<int> labelIds, IReadOnlyList<double[]> logits, IReadOnlyList<string> labelNames)
        : this([.. labelIds], [.. logits], [.. logits.Select(row => Probabilities.Softmax(row))], [.. labelNames])
    {
    }

    private JudgedLogits(int[] labelIds, double[][] logits, double[][] probabilities, IReadOnlyList<string> labelNames)
    {
        this.labelIds = labelIds;
        this.logits = logits;
        this.probabilities = probabilities;
        this.labelNames = labelNames;
        predicted = Array.ConvertAll(logits, row => Probabilities.IndexOfHighest(row));
        var counts = new int[labelNames.Count, labelNames.Count];
        for (var row = 0; row < labelIds.Length; row++)
        {
            counts[labelIds[row], predicted[row]]++;
        }

        confusion = new(counts);
        noRows = Samples == 0 ? "there are no rows" : null;
    }

    private int Samples => labelIds.Length;

    private int Classes => labelNames.Count;

    /// <summary>Some of the rows.</summary>
    public JudgedLogits Where(Func<int, bool> isWanted)
    {
        int[] rows = [.. Enumerable.Range(0, Samples).Where(isWanted)];
        return new(
            Array.ConvertAll(rows, row => labelIds[row]), Array.ConvertAll(rows, row => logits[row]), Array.ConvertAll(rows, row => probabilities[row]), labelNames);
    }

    /// <summary>Every number of these rows.</summary>
    /// <param name="withIntervals">Whether to resample the rows too.</param>
    public ClassificationMetrics Measure(bool withIntervals)
    {
        var ranks = labelIds.Select((id, row) => RanksBefore(probabilities[row], id)).ToArray();
        ClassMetrics[] perClass = [.. Enumerable.Range(0, Classes).Select(MeasureClass)];
        var loss = MeanLoss();
        return new()
        {
            Samples = Samples,
            Labels = labelNames,
            Confusion = confusion.Counts,
            PerClass = perClass,
            Loss = Unless(noRows ?? (double.IsFinite(loss) ? null : "it is too large for a number"), MetricName.Loss, loss),
            Accuracy = Unless(noRows, "accuracy", Accuracy()),
            BalancedAccuracy = Unless(noRows, "balanced_accuracy", confusion.BalancedAccuracy()),
            MatthewsCorrelation = Unless(noRows ?? NoCorrelation(), "mcc", confusion.MatthewsCorrelation()),
            CohenKappa = Unless(noRows ?? NoKappa(), "kappa", confusion.CohenKappa()),
            Micro = Averaged("micro", _ => Accuracy()),
            Macro = Averaged("macro", of => Enumerable.Range(0, Classes).Average(of)),
            Weighted = Averaged("weighted", of => Enumerable.Range(0, Classes).Sum(id => of(id) * confusion.Actual(id)) / Samples),
            MacroRocAuc = Unless(FirstReason(perClass, "roc_auc"), "roc_auc_ovr_macro", perClass.Average(of => of.RocAuc)),
            MacroPrAuc = Unless(FirstReason(perClass, "pr_auc"), "pr_auc_ovr_macro", perClass.Average(of => of.PrAuc)),
            Top2Accuracy = Unless(noRows ?? (Classes < 3 ? "there are fewer than three classes" : null), "top_2_accuracy", TopAccuracy(2)),
            Top3Accuracy = Unless(noRows ?? (Classes < 4 ? "there are fewer than four classes" : null), "top_3_accuracy", TopAccuracy(3)),
            Top5Accuracy = Unless(noRows ?? (Classes < 6 ? "there are fewer than six classes" : null), "top_5_accuracy", TopAccuracy(5)),
            BrierScore = Unless(noRows, "brier_score", Calibration.BrierScore(labelIds, probabilities)),
            ExpectedCalibrationError = Unless(noRows, "expected_calibration_error", CalibrationError()),
            Intervals = withIntervals ? Bootstrap.Of(labelIds, predicted, Classes) : null,
            Undefined = undefined,
        };

        double TopAccuracy(int k) => (double)ranks.Count(rank => rank < k) / Samples;
    }

    private ClassMetrics MeasureClass(int id)
    {
        var ranking = new BinaryRanking(Array.ConvertAll(probabilities, row => row[id]), Array.ConvertAll(labelIds, label => label == id));
        var noneOfClass = noRows ?? (ranking.Positives == 0 ? $"no row is labelled '{labelNames[id]}'" : null);
        var onlyThisClass = ranking.Negatives == 0 ? $"every row is labelled '{labelNames[id]}'" : null;
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        return new()
        {
            Label = labelNames[id],
            Precision = Unless(noRows, "precision", confusion.Precision(id), reasons),
            Recall = Unless(noRows, "recall", confusion.Recall(id), reasons),
            F1 = Unless(noRows, "f1", confusion.F1(id), reasons),
            Support = confusion.Actual(id),
            RocAuc = Unless(noneOfClass ?? onlyThisClass, "roc_auc", ranking.RocAuc(), reasons),
            PrAuc = Unless(noneOfClass, "pr_auc", ranking.AveragePrecision(), reasons),
            Undefined = reasons,
        };
    }

    private PrecisionRecallF1 Averaged(string average, Func<Func<int, double>, double> over) => new(
        Unless(noRows, $"precision_{average}", over(confusion.Precision)),
        Unless(noRows, $"recall_{average}", over(confusion.Recall)),
        Unless(noRows, $"f1_{average}", over(confusion.F1)));

    private double Accuracy() => (double)confusion.Correct / Samples;

    private double MeanLoss() => logits.Zip(labelIds, (row, id) => Probabilities.CrossEntropy(row, id)).Sum() / Samples;

    private static int RanksBefore(double[] scores, int id) => scores.Where((score, other) => score > scores[id] || (score == scores[id] && other > id)).Count();

    private double CalibrationError() => Calibration.ExpectedError(
        [.. predicted.Select((id, row) => probabilities[row][id])], [.. predicted.Select((id, row) => id == labelIds[row])]);

    private string? NoCorrelation() => OnlyClass(confusion.Actual) is { } label ? $"every row is labelled '{label}'"
        : OnlyClass(confusion.Predicted) is { } prediction ? $"every row is predicted as '{prediction}'"
        : null;

    private string? NoKappa() => OnlyClass(confusion.Actual) is { } label && OnlyClass(confusion.Predicted) == label
        ? $"every row is labelled and predicted as '{label}'"
        : null;

    private string? OnlyClass(Func<int, int> rows) => labelNames.Where((_, id) => rows(id) == Samples).FirstOrDefault();

    private static string? FirstReason(ClassMetrics[] perClass, string number) =>
        perClass.Select(of => of.Undefined.GetValueOrDefault(number)).FirstOrDefault(reason => reason is not null);

    /// <summary>The number, or null with the reason why it does not exist.</summary>
    private double? Unless(string? reason, string name, double? value, Dictionary<string, string>? reasons = null)
    {
        if (reason is null)
        {
            return value;
        }

        (reasons ?? undefined)[name] = reason;
        return null;
    }
}
