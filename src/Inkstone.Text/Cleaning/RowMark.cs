using Inkstone.Text.Corpora;

namespace Inkstone.Text.Cleaning;

/// <summary>All that judging looks at in a row.</summary>
/// <param name="Text">Stands for its texts (<see cref="TextHash"/>).</param>
/// <param name="Comparable">Rows of equal ones have the same text, as far as duplicates and conflicts go.</param>
/// <param name="Label">A number that stands for its label; -1 for none.</param>
/// <param name="Reason">Why it leaves whatever the other rows are; null where nothing speaks against it.</param>
public readonly record struct RowMark(UInt128 Text, UInt128 Comparable, int Label, RemovalReason? Reason);

/// <summary>Looks at rows one by one. Not safe for use by two threads at a time.</summary>
public sealed class RowMarker
{
    private readonly CleaningOptions options;
    private readonly bool dropUnlabelled;
    private readonly ComparableText form = new();

    /// <summary>A marker for these rules.</summary>
    /// <param name="options">Which rules hold.</param>
    /// <param name="dropUnlabelled">Whether rows without a label leave too, as training needs it.</param>
    /// <exception cref="ArgumentException">The options have faults; the message lists all of them.</exception>
    public RowMarker(CleaningOptions options, bool dropUnlabelled)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FindProblems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(options));
        }

        (this.options, this.dropUnlabelled) = (options, dropUnlabelled);
    }

    /// <summary>The mark of a row whose texts <see cref="TextCleaner"/> has cleaned already.</summary>
    /// <param name="row">The row.</param>
    /// <param name="label">The number of its label; -1 where it has none, or where numbers come later.</param>
    public RowMark Mark(Row row, int label = -1)
    {
        ArgumentNullException.ThrowIfNull(row);
        var text = TextHash.Of(row.Text, row.TextPair);
        return new(text, options.DropNormalizedDuplicates ? form.Hash(row.Text, row.TextPair) : text, label, ReasonByItself(row));
    }

    private RemovalReason? ReasonByItself(Row row)
    {
        int characters = CountCodePoints(row.Text);
        return options.DropEmpty && string.IsNullOrWhiteSpace(row.Text) ? RemovalReason.Empty
            : characters < options.MinCharacters ? RemovalReason.TooShort
            : characters > options.MaxCharacters ? RemovalReason.TooLong
            : dropUnlabelled && row.Label is null ? RemovalReason.Unlabelled
            : null;
    }

    private static int CountCodePoints(string text)
    {
        int count = text.Length;
        for (int i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                count--;
                i++;
            }
        }

        return count;
    }
}
