using System.Globalization;
using Inkstone.Text.Cleaning;

namespace Inkstone.Preparing;

/// <summary>The rows of a data file that cleaning took out: where they stand, and why they left.</summary>
internal sealed class RemovedRows
{
    private readonly LabelledRows source;
    private readonly List<(int Number, RemovalReason Reason)> removed = [];
    private readonly Dictionary<RemovalReason, (int Count, int FirstLine)> reasons = [];
    private readonly int kept;

    public RemovedRows(LabelledRows source, EncodedFile file)
    {
        this.source = source;
        for (var number = 0; number < file.Rows.Count; number++)
        {
            ref var row = ref file.Rows[number];
            if (row.Reason == EncodedRow.Kept)
            {
                kept++;
                continue;
            }

            var reason = (RemovalReason)row.Reason;
            removed.Add((number, reason));
            reasons[reason] = reasons.TryGetValue(reason, out var known) ? known with { Count = known.Count + 1 } : (1, row.Line);
        }
    }

    public int Count => removed.Count;

    /// <summary>Says how many rows are left, and how many went for which reason; null where all stay.</summary>
    public string? Notice() => Count == 0 ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{source.Path}: {kept} rows; set aside: {string.Join(", ", reasons.Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Value.Count} {Name(reason.Key)} (first in line {reason.Value.FirstLine})")))}.");

    /// <summary>The rows themselves, read once more.</summary>
    public IEnumerable<RemovedRow> Read() =>
        source.Read(removed.Select(row => row.Number)).Zip(removed, (row, why) => new RemovedRow(row, why.Reason));

    private static string Name(RemovalReason reason) => reason switch
    {
        RemovalReason.Empty => "empty",
        RemovalReason.TooShort => "too short",
        RemovalReason.TooLong => "too long",
        RemovalReason.Unlabelled => "without label",
        RemovalReason.Conflicting => "with conflicting labels",
        RemovalReason.Duplicate => "repeated",
        _ => reason.ToString(),
    };
}
