using Inkstone.Text.Corpora;

namespace Inkstone.Text.Cleaning;

/// <summary>Decides which rows are fit to train on, without keeping their texts: some twenty bytes a row.</summary>
/// <remarks>The rules are those of <see cref="RowVerdicts"/>.</remarks>
public sealed class RowJudge
{
    private readonly CleaningOptions options;
    private readonly RowMarker marker;
    private readonly BlockList<UInt128> texts = new();
    private readonly BlockList<UInt128> comparable = new();   // empty unless normalised duplicates leave
    private readonly BlockList<int> labels = new();
    private readonly BlockList<RemovalReason?> reasons = new();
    private readonly Dictionary<string, int> labelNumbers = new(StringComparer.Ordinal);

    /// <summary>A judge that has seen no row.</summary>
    /// <param name="options">Which rules hold.</param>
    /// <param name="dropUnlabelled">Whether rows without a label leave too, as training needs it.</param>
    /// <exception cref="ArgumentException">The options have faults; the message lists all of them.</exception>
    public RowJudge(CleaningOptions options, bool dropUnlabelled) => (marker, this.options) = (new(options, dropUnlabelled), options);

    /// <summary>Takes the next row, whose texts <see cref="TextCleaner"/> has cleaned already.</summary>
    public void Add(Row row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var mark = marker.Mark(row);
        texts.Add(mark.Text);
        if (options.DropNormalizedDuplicates)
        {
            comparable.Add(mark.Comparable);
        }

        labels.Add(NumberOf(row.Label));
        reasons.Add(mark.Reason);
    }

    /// <summary>Ends the judging.</summary>
    /// <returns>For each row in the order of adding, why it leaves; null where it stays.</returns>
    public IReadOnlyList<RemovalReason?> Finish() => RowVerdicts.Of(options, texts.Count, Marks);

    private IEnumerable<RowMark> Marks()
    {
        for (int row = 0; row < texts.Count; row++)
        {
            yield return new(texts[row], options.DropNormalizedDuplicates ? comparable[row] : texts[row], labels[row], reasons[row]);
        }
    }

    private int NumberOf(string? label)
    {
        if (label is null)
        {
            return -1;
        }

        if (!labelNumbers.TryGetValue(label, out int number))
        {
            labelNumbers.Add(label, number = labelNumbers.Count);
        }

        return number;
    }
}
