namespace Inkstone.Evaluating.Errors;

/// <summary>A row between two classes.</summary>
/// <param name="Row">The row.</param>
/// <param name="SecondId">The class that came close to the predicted one.</param>
/// <param name="Margin">How much more probable the predicted one is.</param>
public sealed record AmbiguousRow(JudgedRow Row, int SecondId, double Margin);

/// <summary>The rows on which the two most probable classes are nearly level: worth a second label, or a clearer definition of the classes.</summary>
public static class AmbiguousRows
{
    /// <summary>The most ambiguous rows, the closest first; none where there is one class only.</summary>
    /// <param name="rows">Judged rows.</param>
    /// <param name="most">How many.</param>
    public static IReadOnlyList<AmbiguousRow> Of(IReadOnlyList<JudgedRow> rows, int most) =>
        [.. rows.Where(row => row.Logits.Length > 1).Select(Ambiguity).OrderBy(row => row.Margin).Take(most)];

    private static AmbiguousRow Ambiguity(JudgedRow row)
    {
        var probabilities = Probabilities.Softmax(row.Logits);
        var best = row.Predicted;
        var second = best == 0 ? 1 : 0;
        for (var id = 0; id < probabilities.Length; id++)
        {
            if (id != best && row.Logits[id] > row.Logits[second])
            {
                second = id;
            }
        }

        return new(row, second, probabilities[best] - probabilities[second]);
    }
}
