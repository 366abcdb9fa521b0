using System.Globalization;

namespace Inkstone.Training.Watching;

/// <summary>So few rows to choose by that one of them, right or wrong, decides which checkpoint is best.</summary>
internal sealed record FewValidationRows(int Rows) : IWatchRule
{
    private const int Few = 20;

    /// <inheritdoc/>
    public string? AtStart() => Rows is 0 or >= Few ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"Warning: there {(Rows == 1 ? "is one validation row" : $"are only {Rows} validation rows")}, so chance picks the best checkpoint: one row more that is right moves accuracy by {100.0 / Rows:0} points. Hold back more (data.validation_split), or give a larger data.validation_file.");
}
