namespace Inkstone.Text.Cleaning;

/// <summary>Judges rows among each other: for each, why it leaves, or null.</summary>
/// <remarks>
/// A row leaves for the first of these that applies: empty, too short, too long, unlabelled, conflicting, duplicate, normalised
/// duplicate. Rows that left for their length or missing label do not make others conflicting or duplicate. With
/// <see cref="CleaningOptions.DropNormalizedDuplicates"/>, texts are the same that <see cref="ComparableText"/> makes the same, also
/// for conflicts. It costs a byte a row: the marks are read several times, and each time only some are sorted, so that equal ones
/// lie side by side.
/// </remarks>
public sealed class RowVerdicts : IReadOnlyList<RemovalReason?>
{
    /// <summary>About how many rows are sorted at a time, 32 bytes each.</summary>
    private const int RowsInPart = 1 << 19;

    private const byte Kept = byte.MaxValue;

    private readonly CleaningOptions options;
    private readonly byte[] reasons;
    private readonly HashSet<(ulong Text, int Label)> seen = [];
    private readonly HashSet<int> seenLabels = [];

    private RowVerdicts(CleaningOptions options, int rows) => (this.options, reasons) = (options, new byte[rows]);

    /// <inheritdoc/>
    public int Count => reasons.Length;

    /// <inheritdoc/>
    public RemovalReason? this[int index] => reasons[index] == Kept ? null : (RemovalReason)reasons[index];

    /// <summary>Judges.</summary>
    /// <param name="options">Which rules hold.</param>
    /// <param name="count">How many rows there are.</param>
    /// <param name="read">Reads the marks of all rows in their order, the same each time.</param>
    public static RowVerdicts Of(CleaningOptions options, int count, Func<IEnumerable<RowMark>> read) => Of(options, count, read, RowsInPart);

    /// <inheritdoc/>
    public IEnumerator<RemovalReason?> GetEnumerator() => Enumerable.Range(0, Count).Select(row => this[row]).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    internal static RowVerdicts Of(CleaningOptions options, int count, Func<IEnumerable<RowMark>> read, int rowsInPart)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(read);
        var verdicts = new RowVerdicts(options, count);
        int[] parts = new int[(count / rowsInPart) + 1];   // rows of each
        int row = 0;
        foreach (var mark in read())
        {
            verdicts.reasons[row++] = (byte?)mark.Reason ?? Kept;
            parts[PartOf(mark, parts.Length)] += mark.Reason is null ? 1 : 0;
        }

        if (options.DropConflicting || options.DropDuplicates || options.DropNormalizedDuplicates)
        {
            var (sorted, candidates) = (new UInt128[parts.Max()], new Candidate[parts.Max()]);
            for (int part = 0; part < parts.Length; part++)
            {
                verdicts.JudgePart(read(), part, parts.Length, sorted.AsSpan(0, parts[part]), candidates.AsSpan(0, parts[part]));
            }
        }

        return verdicts;
    }

    private static int PartOf(RowMark mark, int parts) => (int)Math.BigMul((ulong)(mark.Comparable >> 64), (ulong)parts, out _);

    private void JudgePart(IEnumerable<RowMark> marks, int part, int parts, Span<UInt128> sorted, Span<Candidate> candidates)
    {
        int count = 0;
        int row = 0;
        foreach (var mark in marks)
        {
            if (mark.Reason is null && PartOf(mark, parts) == part)
            {
                (sorted[count], candidates[count]) = (mark.Comparable, new(row, mark.Label, (ulong)mark.Text));
                count++;
            }

            row++;
        }

        sorted.Sort(candidates);
        for (int start = 0, end; start < count; start = end)
        {
            end = start + 1;
            while (end < count && sorted[end] == sorted[start])
            {
                end++;
            }

            if (end > start + 1)
            {
                JudgeEqual(candidates[start..end]);
            }
        }
    }

    private void JudgeEqual(Span<Candidate> rows)
    {
        rows.Sort((left, right) => left.Row.CompareTo(right.Row));
        seen.Clear();
        seenLabels.Clear();
        int first = -1;
        bool conflicting = false;
        foreach (var row in rows)
        {
            if (options.DropConflicting && row.Label >= 0)
            {
                conflicting |= first >= 0 && row.Label != first;
                first = row.Label;
            }
        }

        foreach (var row in rows)
        {
            reasons[row.Row] = conflicting ? (byte)RemovalReason.Conflicting
                : !seen.Add((row.Text, row.Label)) && options.DropDuplicates ? (byte)RemovalReason.Duplicate
                : !seenLabels.Add(row.Label) && options.DropNormalizedDuplicates ? (byte)RemovalReason.NormalizedDuplicate
                : Kept;
        }
    }

    /// <param name="Row">Its place.</param>
    /// <param name="Label">Its label's number.</param>
    /// <param name="Text">Half of its text's hash: enough among rows whose comparable texts are equal.</param>
    private readonly record struct Candidate(int Row, int Label, ulong Text);
}
