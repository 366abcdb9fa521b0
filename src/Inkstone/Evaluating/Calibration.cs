namespace Inkstone.Evaluating;

/// <summary>Whether probabilities mean what they say.</summary>
public static class Calibration
{
    /// <summary>The bins of <see cref="ExpectedError"/>.</summary>
    public const int Bins = 15;

    /// <summary>Expected calibration error: the mean distance of confidence and accuracy over 15 equally wide bins of confidence; NaN without rows.</summary>
    /// <param name="confidences">The predicted class's probability in each row.</param>
    /// <param name="isCorrect">Whether each prediction is right.</param>
    /// <remarks>Guo et al. 2017, equation 3 (arXiv:1706.04599). A bin holds its upper edge, not its lower one.</remarks>
    public static double ExpectedError(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> isCorrect)
    {
        var surplus = new double[Bins];   // sum of (correct - confidence) in each bin
        for (var row = 0; row < confidences.Length; row++)
        {
            surplus[Bin(confidences[row])] += (isCorrect[row] ? 1 : 0) - confidences[row];
        }

        return surplus.Sum(Math.Abs) / confidences.Length;
    }

    /// <summary>The bins of <see cref="ExpectedError"/>, each with what its rows say and how many of them are right.</summary>
    /// <inheritdoc cref="ExpectedError"/>
    public static IReadOnlyList<ReliabilityBin> ReliabilityBins(ReadOnlySpan<double> confidences, ReadOnlySpan<bool> isCorrect)
    {
        var (rows, right, sums) = (new int[Bins], new int[Bins], new double[Bins]);
        for (var row = 0; row < confidences.Length; row++)
        {
            var bin = Bin(confidences[row]);
            rows[bin]++;
            right[bin] += isCorrect[row] ? 1 : 0;
            sums[bin] += confidences[row];
        }

        return [.. Enumerable.Range(0, Bins).Select(bin => new ReliabilityBin(
            Edge(bin), Edge(bin + 1), rows[bin], rows[bin] == 0 ? null : sums[bin] / rows[bin], rows[bin] == 0 ? null : (double)right[bin] / rows[bin]))];
    }

    /// <summary>
    /// The Brier score, the mean squared distance of probabilities and truth, 0 at best; NaN without rows. With two classes it
    /// is that of class 1 (0 to 1), with more the sum over the classes (0 to 2), as scikit-learn scales it.
    /// </summary>
    /// <param name="labelIds">The true class of each row.</param>
    /// <param name="probabilities">One probability a class in each row.</param>
    /// <remarks>Brier 1950.</remarks>
    public static double BrierScore(IReadOnlyList<int> labelIds, IReadOnlyList<double[]> probabilities)
    {
        var sum = 0.0;
        for (var row = 0; row < labelIds.Count; row++)
        {
            var ofClasses = probabilities[row];
            for (var id = 0; id < ofClasses.Length; id++)
            {
                var distance = (labelIds[row] == id ? 1 : 0) - ofClasses[id];
                sum += ofClasses.Length == 2 ? distance * distance / 2 : distance * distance;
            }
        }

        return sum / labelIds.Count;
    }

    private static int Bin(double confidence)
    {
        var bin = Math.Clamp((int)(confidence * Bins), 0, Bins - 1);
        if (bin > 0 && confidence <= Edge(bin))
        {
            return bin - 1;
        }

        return bin < Bins - 1 && confidence > Edge(bin + 1) ? bin + 1 : bin;
    }

    private static double Edge(int bin) => bin * (1.0 / Bins);
}
