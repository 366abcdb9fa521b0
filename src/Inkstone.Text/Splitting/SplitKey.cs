using Inkstone.Text.Corpora;

namespace Inkstone.Text.Splitting;

/// <summary>All that a split looks at in a row.</summary>
/// <param name="Text">Rows of equal text and pair (<see cref="TextHash"/>) stay together.</param>
/// <param name="Label">The class that wants its share on each side; null is a class too.</param>
/// <param name="Group">Rows of equal group stay together; null belongs to none.</param>
public readonly record struct SplitKey(UInt128 Text, string? Label, string? Group)
{
    /// <summary>The key of a row.</summary>
    public static SplitKey Of(Row row) => new(TextHash.Of(row.Text, row.TextPair), row.Label, row.Group);
}
