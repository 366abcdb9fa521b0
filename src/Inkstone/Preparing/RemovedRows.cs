using System.Globalization;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;

namespace Inkstone.Preparing;

/// <summary>The rows of a data file that cleaning took out: where they stand, and why they left.</summary>
internal sealed class RemovedRows
{
    private readonly LabelledRows source;
    private readonly byte[] removed;
    private readonly Dictionary<RemovalReason, (int Count, int FirstLine)> reasons = [];
    private readonly int unreadable;
    private readonly int kept;

    public RemovedRows(LabelledRows source, EncodedFile file)
    {
        this.source = source;
        unreadable = file.Header.Unreadable;
        removed = file.Reasons;
        for (var number = 0; number < removed.Length; number++)
        {
            if (removed[number] == EncodedFile.Stays)
            {
                kept++;
                continue;
            }

            var reason = (RemovalReason)removed[number];
            reasons[reason] = reasons.TryGetValue(reason, out var known) ? known with { Count = known.Count + 1 } : (1, file.Rows[number].Line);
        }
    }

    public int Count => removed.Length - kept;

    /// <summary>Whether a row left, or a record could not become one.</summary>
    public bool Any => Count > 0 || unreadable > 0;

    /// <summary>Says how many rows are left, and how many went for which reason; null where all stay.</summary>
    public string? Notice() => Count == 0 ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{source.Name}: {kept} rows; set aside: {string.Join(", ", reasons.Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Value.Count} {Name(reason.Key)} (first in line {reason.Value.FirstLine})")))}.");

    /// <summary>Writes the rows themselves, read once more, and the records that could not become rows, in the file's order.</summary>
    /// <exception cref="InvalidDataFileException">The file has changed since it was read.</exception>
    public void WriteTo(RemovedFile target)
    {
        foreach (var (number, row) in source.Read(new ReadingFindings(target.Add)).Index())
        {
            if (removed[number] != EncodedFile.Stays)
            {
                target.Add(new RemovedRow(row, (RemovalReason)removed[number]));
            }
        }
    }

    private static string Name(RemovalReason reason) => reason switch
    {
        RemovalReason.Empty => "empty",
        RemovalReason.TooShort => "too short",
        RemovalReason.TooLong => "too long",
        RemovalReason.Unlabelled => "without label",
        RemovalReason.Conflicting => "with conflicting labels",
        RemovalReason.Duplicate => "repeated",
        RemovalReason.NormalizedDuplicate => "repeated but for case, width or white space",
        _ => reason.ToString(),
    };
}
