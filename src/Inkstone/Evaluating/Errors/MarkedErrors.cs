using Inkstone.Text.Profiling;

namespace Inkstone.Evaluating.Errors;

/// <summary>How often rows with a mark in their text are judged wrongly, beside the others.</summary>
/// <param name="Mark">The mark's name.</param>
/// <param name="Rows">Rows that have it.</param>
/// <param name="Errors">Of these, the wrong ones.</param>
/// <param name="RowsWithout">Rows that do not have it.</param>
/// <param name="ErrorsWithout">Of these, the wrong ones.</param>
public sealed record MarkedErrors(string Mark, int Rows, int Errors, int RowsWithout, int ErrorsWithout)
{
    /// <summary>Share of wrong rows among those that have the mark; null without any.</summary>
    public double? ErrorRate => Rows == 0 ? null : (double)Errors / Rows;

    /// <summary>Between what ends that lies; null without any.</summary>
    public Interval? ErrorRateInterval => Rows == 0 ? null : Interval.OfShare(Errors, Rows);

    /// <summary>Share of wrong rows among the others; null without any.</summary>
    public double? ErrorRateWithout => RowsWithout == 0 ? null : (double)ErrorsWithout / RowsWithout;

    /// <summary>Share of wrong rows among all; null without any.</summary>
    public double? BaseErrorRate => Rows + RowsWithout == 0 ? null : (double)(Errors + ErrorsWithout) / (Rows + RowsWithout);

    /// <summary>Error rates by mark, in the order of <see cref="TextMarks.Names"/>; of a pair, both texts are looked at.</summary>
    public static IReadOnlyList<MarkedErrors> Measure(IReadOnlyList<JudgedRow> rows)
    {
        var errors = rows.Count(row => row.IsWrong);
        var (with, wrong) = (new int[TextMarks.Names.Count], new int[TextMarks.Names.Count]);
        foreach (var row in rows)
        {
            foreach (var mark in TextMarks.In(row.Row.Text, row.Row.TextPair))
            {
                with[mark]++;
                wrong[mark] += row.IsWrong ? 1 : 0;
            }
        }

        return [.. TextMarks.Names.Select((name, mark) => new MarkedErrors(name, with[mark], wrong[mark], rows.Count - with[mark], errors - wrong[mark]))];
    }
}
