namespace Inkstone.Text.Tokenizing;

/// <summary>One text, or one pair, as a model takes it.</summary>
/// <param name="InputIds">Token ids, special tokens included.</param>
/// <param name="Offsets">
/// For each id the span of the text that it covers, in the unit asked for; (0, 0) for special tokens around the text. Spans
/// of a pair's second text count from that text's beginning. Empty where no offsets were asked for.
/// </param>
/// <param name="SecondStart">Where the second text's tokens begin; the number of ids where there is none.</param>
/// <param name="TokenCount">How many tokens there would be without truncation, special tokens included.</param>
public sealed record TokenizedText(int[] InputIds, CharSpan[] Offsets, int SecondStart, int TokenCount)
{
    private int[]? tokenTypeIds;
    private int[]? attentionMask;

    /// <summary>0 for <c>[CLS]</c>, the first text and its <c>[SEP]</c>; 1 for the second text and its <c>[SEP]</c>.</summary>
    public int[] TokenTypeIds => tokenTypeIds ??= CreateTokenTypeIds();

    /// <summary>1 for every token: nothing is padding yet.</summary>
    public int[] AttentionMask => attentionMask ??= CreateAttentionMask();

    /// <summary>Whether the text is a pair.</summary>
    public bool HasPair => SecondStart < InputIds.Length;

    /// <summary>Whether tokens were cut off.</summary>
    public bool Truncated => TokenCount > InputIds.Length;

    private int[] CreateTokenTypeIds()
    {
        var types = new int[InputIds.Length];
        types.AsSpan(SecondStart).Fill(1);
        return types;
    }

    private int[] CreateAttentionMask()
    {
        var mask = new int[InputIds.Length];
        mask.AsSpan().Fill(1);
        return mask;
    }
}
