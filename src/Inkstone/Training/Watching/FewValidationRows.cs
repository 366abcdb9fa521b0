using System.Globalization;

namespace Inkstone.Training.Watching;

/// <summary>So few rows to choose by that one of them, right or wrong, decides which checkpoint is best; or none at all.</summary>
/// <param name="Rows">How many there are; null where nobody wants to choose.</param>
internal sealed record FewValidationRows(int? Rows) : IWatchRule
{
    private const int Few = 20;

    /// <inheritdoc/>
    public string? AtStart() => Rows switch
    {
        null or >= Few => null,
        0 => "Warning: there is no validation row, so nothing is evaluated while training, nothing stops it early, and best/ will hold the last weights. Hold back more (data.validation_split), or give a data.validation_file.",
        { } few => string.Create(
            CultureInfo.InvariantCulture,
            $"Warning: there {(few == 1 ? "is one validation row" : $"are only {few} validation rows")}, so chance picks the best checkpoint: one row more that is right moves accuracy by {100.0 / few:0} points. Hold back more (data.validation_split), or give a larger data.validation_file."),
    };
}
