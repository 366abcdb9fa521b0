using Inkstone.Text.Corpora;

namespace Inkstone.Text.Cleaning;

/// <summary>Takes out rows that are not fit to train on.</summary>
/// <remarks>
/// A row leaves for the first of these that applies: empty, too short, too long, unlabelled, conflicting, duplicate. Rows that left
/// for their length or missing label do not make others conflicting or duplicate.
/// </remarks>
public static class Cleaner
{
    /// <summary>Cleans rows.</summary>
    /// <param name="rows">Read once, in order.</param>
    /// <param name="options">Which steps run.</param>
    /// <param name="dropUnlabelled">Whether rows without a label leave too, as training needs it.</param>
    /// <exception cref="ArgumentException">The options have faults; the message lists all of them.</exception>
    public static CleanedRows Clean(IEnumerable<Row> rows, CleaningOptions options, bool dropUnlabelled = false)
    {
        if (options.FindProblems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(options));
        }

        var all = new List<Row>();
        var reasons = new List<RemovalReason?>();
        var labelOf = new Dictionary<TextKey, string>();
        var conflicting = new HashSet<TextKey>();
        foreach (var row in rows)
        {
            var reason = ReasonByItself(row, options, dropUnlabelled);
            all.Add(row);
            reasons.Add(reason);
            if (options.DropConflicting && reason is null && row.Label is not null
                && !labelOf.TryAdd(TextKey.Of(row), row.Label) && labelOf[TextKey.Of(row)] != row.Label)
            {
                conflicting.Add(TextKey.Of(row));
            }
        }

        var kept = new List<Row>(all.Count);
        var removed = new List<RemovedRow>();
        var seen = new HashSet<(TextKey Text, string? Label)>();
        for (int i = 0; i < all.Count; i++)
        {
            var reason = reasons[i] ?? ReasonAmongOthers(all[i], options, conflicting, seen);
            if (reason is null)
            {
                kept.Add(all[i]);
            }
            else
            {
                removed.Add(new RemovedRow(all[i], reason.Value));
            }
        }

        return new CleanedRows(kept, new CleaningReport(kept.Count, removed));
    }

    private static RemovalReason? ReasonByItself(Row row, CleaningOptions options, bool dropUnlabelled)
    {
        int characters = CountCodePoints(row.Text);
        return options.DropEmpty && string.IsNullOrWhiteSpace(row.Text) ? RemovalReason.Empty
            : characters < options.MinCharacters ? RemovalReason.TooShort
            : characters > options.MaxCharacters ? RemovalReason.TooLong
            : dropUnlabelled && row.Label is null ? RemovalReason.Unlabelled
            : null;
    }

    private static RemovalReason? ReasonAmongOthers(
        Row row, CleaningOptions options, HashSet<TextKey> conflicting, HashSet<(TextKey Text, string? Label)> seen) =>
        conflicting.Contains(TextKey.Of(row)) ? RemovalReason.Conflicting
            : options.DropDuplicates && !seen.Add((TextKey.Of(row), row.Label)) ? RemovalReason.Duplicate
            : null;

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
