using System.Globalization;

namespace Inkstone.Comparing;

/// <summary>Two predictions held against each other on all rows, and on those whose texts were not trained on: only these say who is better.</summary>
/// <param name="All">All rows.</param>
/// <param name="Unseen">The rows that were not trained on; null where these are all of them, none, or nobody knows.</param>
/// <param name="Seen">How many rows were trained on, as far as is known.</param>
public sealed record ComparisonBySeen(PairedComparison All, PairedComparison? Unseen, int Seen)
{
    /// <summary>Compares two predictions.</summary>
    /// <param name="labelIds">The true class of each row, at least one.</param>
    /// <param name="first">What the one predicted.</param>
    /// <param name="second">What the other predicted.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="seen">Of each row, whether one of the two was trained on it; null where that is not known.</param>
    public static ComparisonBySeen Of(IReadOnlyList<int> labelIds, IReadOnlyList<int> first, IReadOnlyList<int> second, int classes, IReadOnlyList<bool>? seen)
    {
        var all = PairedComparison.Of(labelIds, first, second, classes);
        int[] unseen = seen is null ? [] : [.. Enumerable.Range(0, labelIds.Count).Where(row => !seen[row])];
        return unseen.Length == 0 || unseen.Length == labelIds.Count
            ? new(all, null, seen is null ? 0 : labelIds.Count - unseen.Length)
            : new(all, PairedComparison.Of(Those(labelIds), Those(first), Those(second), classes), labelIds.Count - unseen.Length);

        int[] Those(IReadOnlyList<int> of) => Array.ConvertAll(unseen, row => of[row]);
    }

    /// <summary>Whether the difference stands, in one sentence; where rows were trained on, on the others.</summary>
    /// <param name="first">What to call the one.</param>
    /// <param name="second">What to call the other.</param>
    public string Sentence(string first, string second)
    {
        if (Seen == 0)
        {
            return All.Sentence(first, second);
        }

        return Unseen is null
            ? Invariant($"{All.Standing(first, second)}, but every one of the {All.Samples} rows was trained on: who is better on new texts was not measured.")
            : Invariant($"Where rows were not trained on: {Unseen.Sentence(first, second)} ({Seen} of {All.Samples} rows were; on all of them: {All.Standing(first, second)}.)");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
