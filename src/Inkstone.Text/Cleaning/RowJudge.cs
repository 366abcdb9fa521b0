using Inkstone.Text.Corpora;

namespace Inkstone.Text.Cleaning;

/// <summary>Decides which rows are fit to train on, without keeping their texts: a few dozen bytes a row.</summary>
/// <remarks>
/// A row leaves for the first of these that applies: empty, too short, too long, unlabelled, conflicting, duplicate, normalised
/// duplicate. Rows that left for their length or missing label do not make others conflicting or duplicate. With
/// <see cref="CleaningOptions.DropNormalizedDuplicates"/>, texts are the same that <see cref="ComparableText"/> makes the same, also
/// for conflicts.
/// </remarks>
public sealed class RowJudge
{
    private const byte Kept = byte.MaxValue;

    private readonly CleaningOptions options;
    private readonly bool dropUnlabelled;
    private readonly List<UInt128> texts = [];
    private readonly List<UInt128> comparable = [];   // empty unless normalised duplicates leave
    private readonly ComparableText form = new();
    private readonly List<int> labels = [];
    private readonly List<byte> reasons = [];
    private readonly Dictionary<string, int> labelNumbers = new(StringComparer.Ordinal);

    /// <summary>A judge that has seen no row.</summary>
    /// <param name="options">Which rules hold.</param>
    /// <param name="dropUnlabelled">Whether rows without a label leave too, as training needs it.</param>
    /// <exception cref="ArgumentException">The options have faults; the message lists all of them.</exception>
    public RowJudge(CleaningOptions options, bool dropUnlabelled)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FindProblems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(options));
        }

        (this.options, this.dropUnlabelled) = (options, dropUnlabelled);
    }

    /// <summary>Takes the next row, whose texts <see cref="TextCleaner"/> has cleaned already.</summary>
    public void Add(Row row)
    {
        ArgumentNullException.ThrowIfNull(row);
        texts.Add(TextHash.Of(row.Text, row.TextPair));
        if (options.DropNormalizedDuplicates)
        {
            comparable.Add(form.Hash(row.Text, row.TextPair));
        }

        labels.Add(NumberOf(row.Label));
        reasons.Add((byte?)ReasonByItself(row) ?? Kept);
    }

    /// <summary>Ends the judging.</summary>
    /// <returns>For each row in the order of adding, why it leaves; null where it stays.</returns>
    public IReadOnlyList<RemovalReason?> Finish()
    {
        if (options.DropConflicting || options.DropDuplicates || options.DropNormalizedDuplicates)
        {
            JudgeAmongOthers();
        }

        return new Verdicts(reasons);
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

    private RemovalReason? ReasonByItself(Row row)
    {
        int characters = CountCodePoints(row.Text);
        return options.DropEmpty && string.IsNullOrWhiteSpace(row.Text) ? RemovalReason.Empty
            : characters < options.MinCharacters ? RemovalReason.TooShort
            : characters > options.MaxCharacters ? RemovalReason.TooLong
            : dropUnlabelled && row.Label is null ? RemovalReason.Unlabelled
            : null;
    }

    /// <summary>Sorts the rows by text, so that equal ones lie side by side: less memory than a set of them.</summary>
    private void JudgeAmongOthers()
    {
        UInt128[] sorted = [.. options.DropNormalizedDuplicates ? comparable : texts];
        int[] rows = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, rows);
        var seen = new HashSet<(UInt128 Text, int Label)>();
        var seenLabels = new HashSet<int>();
        for (int start = 0, end; start < rows.Length; start = end)
        {
            end = start + 1;
            while (end < rows.Length && sorted[end] == sorted[start])
            {
                end++;
            }

            if (end > start + 1)
            {
                seen.Clear();
                seenLabels.Clear();
                JudgeEqual(rows.AsSpan(start..end), seen, seenLabels);
            }
        }
    }

    private void JudgeEqual(Span<int> rows, HashSet<(UInt128 Text, int Label)> seen, HashSet<int> seenLabels)
    {
        rows.Sort();
        int first = -1;
        bool conflicting = false;
        foreach (int row in rows)
        {
            if (options.DropConflicting && reasons[row] == Kept && labels[row] >= 0)
            {
                conflicting |= first >= 0 && labels[row] != first;
                first = labels[row];
            }
        }

        foreach (int row in rows)
        {
            if (reasons[row] == Kept)
            {
                reasons[row] = conflicting ? (byte)RemovalReason.Conflicting
                    : !seen.Add((texts[row], labels[row])) && options.DropDuplicates ? (byte)RemovalReason.Duplicate
                    : !seenLabels.Add(labels[row]) && options.DropNormalizedDuplicates ? (byte)RemovalReason.NormalizedDuplicate
                    : Kept;
            }
        }
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

    /// <summary>A byte a row, seen as reasons.</summary>
    private sealed class Verdicts(List<byte> reasons) : IReadOnlyList<RemovalReason?>
    {
        public int Count => reasons.Count;

        public RemovalReason? this[int index] => reasons[index] == Kept ? null : (RemovalReason)reasons[index];

        public IEnumerator<RemovalReason?> GetEnumerator() => reasons.Select(reason => reason == Kept ? (RemovalReason?)null : (RemovalReason)reason).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
