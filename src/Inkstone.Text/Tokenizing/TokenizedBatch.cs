namespace Inkstone.Text.Tokenizing;

/// <summary>Where padding goes.</summary>
public enum PaddingSide
{
    /// <summary>Behind the tokens.</summary>
    Right,

    /// <summary>In front of the tokens.</summary>
    Left,
}

/// <summary>Texts padded to one length; arrays are row by row, <c>[Rows, Length]</c>.</summary>
/// <param name="Rows">How many texts.</param>
/// <param name="Length">Tokens a row, padding included.</param>
/// <param name="InputIds">Token ids; <c>[PAD]</c> where there is no token.</param>
/// <param name="TokenTypeIds">1 for the second text of a pair, else 0.</param>
/// <param name="AttentionMask">1 for a token, 0 for padding.</param>
public sealed record TokenizedBatch(int Rows, int Length, int[] InputIds, int[] TokenTypeIds, int[] AttentionMask);

/// <content>Texts to batches.</content>
public sealed partial class WordPieceTokenizer
{
    /// <summary>Pads texts to the length of the longest.</summary>
    /// <param name="texts">At least one text.</param>
    /// <param name="side">Where the padding goes.</param>
    /// <param name="padToMultipleOf">Round the length up to a multiple of this; null for no rounding.</param>
    /// <exception cref="ArgumentException">There are no texts, or the multiple is below 1.</exception>
    public TokenizedBatch Pad(IReadOnlyList<TokenizedText> texts, PaddingSide side = PaddingSide.Right, int? padToMultipleOf = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
        {
            throw new ArgumentException("a batch needs at least one text.", nameof(texts));
        }

        if (padToMultipleOf is { } multiple)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(multiple, 1, nameof(padToMultipleOf));
        }

        var unit = padToMultipleOf ?? 1;
        var length = (texts.Max(text => text.InputIds.Length) + unit - 1) / unit * unit;
        var batch = new TokenizedBatch(texts.Count, length, new int[texts.Count * length], new int[texts.Count * length], new int[texts.Count * length]);
        Array.Fill(batch.InputIds, PadId);
        for (var row = 0; row < texts.Count; row++)
        {
            var text = texts[row];
            var count = text.InputIds.Length;
            var start = (row * length) + (side == PaddingSide.Right ? 0 : length - count);
            text.InputIds.CopyTo(batch.InputIds, start);
            batch.AttentionMask.AsSpan(start, count).Fill(1);
            if (text.HasPair)
            {
                batch.TokenTypeIds.AsSpan(start + text.SecondStart, count - text.SecondStart).Fill(1);
            }
        }

        return batch;
    }
}
