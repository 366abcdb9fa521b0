using Inkstone.Text.Corpora;

namespace Inkstone.Text.Cleaning;

/// <summary>Takes out rows that are not fit to train on, where all of them fit into memory; <see cref="RowJudge"/> is for more.</summary>
/// <remarks>
/// Rows are judged by their cleaned texts and come back as they were read: whoever makes ids or a file of them cleans the texts then
/// (<see cref="TextCleaner"/>), once.
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
        ArgumentNullException.ThrowIfNull(rows);
        var judge = new RowJudge(options, dropUnlabelled);
        var cleaner = TextCleaner.For(options);
        var all = new List<Row>();
        foreach (var row in rows)
        {
            judge.Add(cleaner.Clean(row));
            all.Add(row);
        }

        var kept = new List<Row>(all.Count);
        var removed = new List<RemovedRow>();
        foreach (var (row, reason) in all.Zip(judge.Finish()))
        {
            if (reason is null)
            {
                kept.Add(row);
            }
            else
            {
                removed.Add(new RemovedRow(row, reason.Value));
            }
        }

        return new CleanedRows(kept, new CleaningReport(kept.Count, removed));
    }
}
