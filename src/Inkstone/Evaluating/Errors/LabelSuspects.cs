namespace Inkstone.Evaluating.Errors;

/// <summary>A row whose label is probably wrong.</summary>
/// <param name="Row">The row.</param>
/// <param name="SuggestedId">The class that it seems to be.</param>
/// <param name="OfLabel">The probability of its label.</param>
/// <param name="OfSuggested">The probability of the other class.</param>
public sealed record LabelSuspect(JudgedRow Row, int SuggestedId, double OfLabel, double OfSuggested);

/// <summary>
/// Confident learning: a row seems to be of a class when its probability is at least what the rows with this label have on average; a row that seems to
/// be of another class than its label is suspected. Only rows that the classifier was not trained on count: it may have learnt the others by heart.
/// </summary>
/// <remarks>Northcutt, Jiang and Chuang 2021 (arXiv:1911.00068), the confident joint's off-diagonal rows.</remarks>
public static class LabelSuspects
{
    /// <summary>The suspected rows, the clearest first.</summary>
    /// <param name="rows">Judged rows.</param>
    /// <param name="classes">The number of classes.</param>
    public static IReadOnlyList<LabelSuspect> Find(IReadOnlyList<JudgedRow> rows, int classes)
    {
        var heldOut = rows.Where(row => row.Seen != true).Select(row => (Row: row, Probabilities: Probabilities.Softmax(row.Logits))).ToArray();
        var (sums, counts) = (new double[classes], new int[classes]);
        foreach (var (row, probabilities) in heldOut)
        {
            sums[row.LabelId] += probabilities[row.LabelId];
            counts[row.LabelId]++;
        }

        // A class without rows has no average, and nothing seems to be of it.
        var averages = sums.Zip(counts, (sum, count) => count == 0 ? double.PositiveInfinity : sum / count).ToArray();
        var suspects = new List<LabelSuspect>();
        foreach (var (row, probabilities) in heldOut)
        {
            var seems = -1;
            for (var id = 0; id < classes; id++)
            {
                if (probabilities[id] >= averages[id] && (seems < 0 || probabilities[id] > probabilities[seems]))
                {
                    seems = id;
                }
            }

            if (seems >= 0 && seems != row.LabelId)
            {
                suspects.Add(new(row, seems, probabilities[row.LabelId], probabilities[seems]));
            }
        }

        return [.. suspects.OrderByDescending(suspect => suspect.OfSuggested - suspect.OfLabel)];
    }
}
