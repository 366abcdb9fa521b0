namespace Inkstone.Baselines;

/// <summary>A training row as the linear baseline sees it: its whole text, cleaned, and its class.</summary>
/// <param name="Text">The text.</param>
/// <param name="TextPair">The second text of a pair, or null.</param>
/// <param name="LabelId">Its class.</param>
public readonly record struct LabelledText(string Text, string? TextPair, int LabelId);
