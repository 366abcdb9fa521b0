using System.Globalization;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Text.Chunking;

/// <summary>What becomes of a text that is too long for one input.</summary>
public enum LongText
{
    /// <summary>Tokens are cut off.</summary>
    Truncate,

    /// <summary>It becomes several overlapping chunks.</summary>
    Chunk,
}

/// <summary>Which chunks of a text stay where it has too many.</summary>
public enum ChunkSelection
{
    /// <summary>Those of a side: the first, the last, or some of both, after the truncation side.</summary>
    Side,

    /// <summary>Evenly over the text, the first and the last among them.</summary>
    Spread,
}

/// <summary>
/// How texts become model input: stored with a model, so that training and prediction cannot differ. Lengths are in tokens.
/// Names and defaults are those of a recipe's <c>tokenizer</c> section.
/// </summary>
public sealed record TextEncoderOptions
{
    /// <summary>The most tokens of one input, <c>[CLS]</c> and <c>[SEP]</c> included. Default 128.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>
    /// Where a text that is too long loses tokens; in chunks, where a text with more than <see cref="MaxChunks"/> loses chunks.
    /// Default right.
    /// </summary>
    public TruncationSide TruncationSide { get; init; } = TruncationSide.Right;

    /// <summary>For <see cref="TruncationSide.Both"/>: the tokens kept from the beginning; the rest comes from the end. Default 128.</summary>
    public int HeadTokens { get; init; } = 128;

    /// <summary>Whether a text that is too long is cut or becomes chunks. Default cut.</summary>
    public LongText LongText { get; init; } = LongText.Truncate;

    /// <summary>How many tokens a chunk shares with the one before it (Hugging Face's stride: the overlap, not the step). Default 128.</summary>
    public int Stride { get; init; } = 128;

    /// <summary>The most chunks of one text; null for all. Default null.</summary>
    public int? MaxChunks { get; init; }

    /// <summary>Which chunks stay where there are more than <see cref="MaxChunks"/>. Default those of <see cref="TruncationSide"/>.</summary>
    public ChunkSelection ChunkSelection { get; init; } = ChunkSelection.Side;

    /// <summary>Keep the span of every token. Default false.</summary>
    public bool WithOffsets { get; init; }

    /// <summary>One sentence for each setting that cannot be, under the recipe's key; empty when all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        var content = MaxLength - WordPieceTokenizer.SpecialTokens(hasPair: false);
        Require(content >= 1, "max_length", "at least 3", MaxLength, "[CLS] and [SEP] need two tokens; short texts usually want 128");
        if (content >= 1)
        {
            Require(TruncationSide != TruncationSide.Both || LongText == LongText.Chunk || (HeadTokens >= 0 && HeadTokens <= content), "head_tokens",
                $"from 0 to tokenizer.max_length - 2 ({content})", HeadTokens, "lower it or raise tokenizer.max_length");
            Require(LongText != LongText.Chunk || (Stride >= 0 && Stride < content), "stride",
                $"from 0 to less than tokenizer.max_length - 2 ({content})", Stride, $"lower it (a quarter of the chunk is usual: {content / 4}) or raise tokenizer.max_length");
        }

        Require(MaxChunks is null or >= 1, "max_chunks", "at least 1", MaxChunks ?? 0, "use null for all chunks");
        return problems;

        void Require(bool holds, string key, string rule, int value, string wayOut)
        {
            if (!holds)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"tokenizer.{key} must be {rule}, but is {value}; {wayOut}."));
            }
        }
    }
}
