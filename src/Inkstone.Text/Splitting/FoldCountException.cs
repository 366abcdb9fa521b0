namespace Inkstone.Text.Splitting;

/// <summary>Rows cannot be parted into so many folds.</summary>
/// <param name="folds">How many were asked for.</param>
/// <param name="most">How many texts and groups there are to part.</param>
public sealed class FoldCountException(int folds, int most) : Exception(FormattableString.Invariant(
    $"--folds must be from 2 to the number of different texts and groups of rows, {most}, but is {folds}; 5 is usual."))
{
    /// <summary>How many there can be at most.</summary>
    public int Most { get; } = most;
}
