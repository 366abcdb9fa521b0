namespace Inkstone.Text.Corpora;

/// <summary>What makes two rows the same input: text and pair, character by character.</summary>
internal readonly record struct TextKey(string Text, string? TextPair)
{
    public static TextKey Of(Row row) => new(row.Text, row.TextPair);
}
