namespace Inkstone.Evaluating;

/// <summary>Rows of about the same confidence: do so many of them turn out right?</summary>
/// <param name="Low">Confidence above this,</param>
/// <param name="High">and up to this.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Confidence">Their mean confidence; null without rows.</param>
/// <param name="Accuracy">The share of them that is right; null without rows.</param>
public sealed record ReliabilityBin(double Low, double High, int Rows, double? Confidence, double? Accuracy);

/// <summary>What is left, and how good it is, when predictions below a confidence are rejected.</summary>
/// <param name="Threshold">The confidence, <c>predict --reject-below</c>.</param>
/// <param name="Coverage">Share of rows that are answered.</param>
/// <param name="Accuracy">Share of right ones among these; null where none is.</param>
public sealed record CoveragePoint(double Threshold, double Coverage, double? Accuracy);

/// <summary>How far confidences can be trusted: reliability diagram, calibration errors, and coverage against accuracy.</summary>
/// <param name="Loss">Mean cross-entropy.</param>
/// <param name="ExpectedCalibrationError"><see cref="Calibration.ExpectedError"/>.</param>
/// <param name="BrierScore"><see cref="Calibration.BrierScore"/>.</param>
/// <param name="Bins">The reliability diagram.</param>
/// <param name="Coverage">By rising threshold.</param>
public sealed record Reliability(double Loss, double ExpectedCalibrationError, double BrierScore, IReadOnlyList<ReliabilityBin> Bins, IReadOnlyList<CoveragePoint> Coverage)
{
    private static readonly double[] Thresholds = [.. Enumerable.Range(0, 20).Select(step => step / 20.0), 0.99];

    /// <summary>Measures rows; null where there are none.</summary>
    /// <param name="rows">Judged rows.</param>
    /// <param name="temperature">What to divide the logits by; null for nothing.</param>
    public static Reliability? Of(IReadOnlyList<JudgedRow> rows, Temperature? temperature = null)
    {
        if (rows.Count == 0)
        {
            return null;
        }

        var logits = rows.Select(row => temperature is null ? row.Logits : temperature.Apply(row.Logits)).ToArray();
        var probabilities = Array.ConvertAll(logits, row => Probabilities.Softmax(row));
        int[] labelIds = [.. rows.Select(row => row.LabelId)];
        var confidences = probabilities.Select((row, index) => row[rows[index].Predicted]).ToArray();
        bool[] isCorrect = [.. rows.Select(row => !row.IsWrong)];
        return new(
            logits.Zip(labelIds, (row, id) => Probabilities.CrossEntropy(row, id)).Average(),
            Calibration.ExpectedError(confidences, isCorrect),
            Calibration.BrierScore(labelIds, probabilities),
            Calibration.ReliabilityBins(confidences, isCorrect),
            [.. Thresholds.Select(threshold => At(threshold, confidences, isCorrect))]);
    }

    private static CoveragePoint At(double threshold, double[] confidences, bool[] isCorrect)
    {
        var (answered, right) = (0, 0);
        for (var row = 0; row < confidences.Length; row++)
        {
            if (confidences[row] >= threshold)
            {
                answered++;
                right += isCorrect[row] ? 1 : 0;
            }
        }

        return new(threshold, (double)answered / confidences.Length, answered == 0 ? null : (double)right / answered);
    }
}
