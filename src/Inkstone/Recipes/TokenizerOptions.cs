namespace Inkstone.Recipes;

/// <summary>The <c>tokenizer</c> section: how texts become token ids. Lengths are in tokens.</summary>
public sealed record TokenizerOptions
{
    /// <summary>Most tokens of one sequence, with [CLS] and [SEP]. Default 128.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>Which end of a longer text is cut. Default right.</summary>
    public TruncationSide TruncationSide { get; init; } = TruncationSide.Right;

    /// <summary>Tokens kept from the beginning where <see cref="TruncationSide"/> is both; the rest comes from the end. Default 128.</summary>
    /// <remarks>Sun et al. 2019, section 5.3.1 (arXiv:1905.05583): 128 of 510 tokens.</remarks>
    public int HeadTokens { get; init; } = 128;

    /// <summary>Whether a text over <see cref="MaxLength"/> is cut or becomes several chunks. Default truncate.</summary>
    public LongText LongText { get; init; } = LongText.Truncate;

    /// <summary>Tokens that neighbouring chunks share, as in Hugging Face's tokenizers (the overlap, not the step). Default 128.</summary>
    public int Stride { get; init; } = 128;

    /// <summary>At most this many chunks of one document; <see cref="ChunkSelection"/> says which. Null: all.</summary>
    public int? MaxChunks { get; init; }

    /// <summary>Which chunks stay where a document has more than <see cref="MaxChunks"/>. Default side.</summary>
    public ChunkSelection ChunkSelection { get; init; } = ChunkSelection.Side;

    /// <summary>To which length a batch is padded. Default longest.</summary>
    public Padding Padding { get; init; } = Padding.Longest;

    internal void Check(Problems problems)
    {
        problems.Require(MaxLength >= 3, "tokenizer.max_length", "at least 3", MaxLength, "[CLS] and [SEP] need two tokens; short texts usually want 128");
        problems.Require(HeadTokens >= 0, "tokenizer.head_tokens", "at least 0", HeadTokens, "it counts the tokens kept from the beginning");
        problems.Require(Stride >= 0, "tokenizer.stride", "at least 0", Stride, "it counts the tokens that neighbouring chunks share");
        problems.Require(MaxChunks is null or >= 1, "tokenizer.max_chunks", "at least 1", MaxChunks, "use null for all chunks");
        problems.Require(
            ChunkSelection == ChunkSelection.Side || MaxChunks is not null,
            "tokenizer.chunk_selection", "side where tokenizer.max_chunks is null", ChunkSelection,
            "all chunks are used: set tokenizer.max_chunks to use some", "tokenizer.max_chunks");

        var content = MaxLength - 2;
        problems.Require(
            TruncationSide != TruncationSide.Both || LongText == LongText.Chunk || content < 1 || HeadTokens <= content,
            "tokenizer.head_tokens", $"at most tokenizer.max_length - 2 ({content}) where tokenizer.truncation_side is both", HeadTokens,
            $"lower it (a quarter of the text is usual: {content / 4}) or raise tokenizer.max_length", "tokenizer.truncation_side", "tokenizer.max_length");
        problems.Require(
            LongText != LongText.Chunk || content < 1 || Stride < content,
            "tokenizer.stride", $"below tokenizer.max_length - 2 ({content}) where tokenizer.long_text is chunk", Stride,
            $"lower it (a quarter of the chunk is usual: {content / 4}) or raise tokenizer.max_length", "tokenizer.long_text", "tokenizer.max_length");
    }
}

/// <summary>Which end of a text that is too long is cut.</summary>
public enum TruncationSide
{
    /// <summary>Keeps the beginning.</summary>
    Right,

    /// <summary>Keeps the end.</summary>
    Left,

    /// <summary>Keeps <see cref="TokenizerOptions.HeadTokens"/> of the beginning, and the end.</summary>
    Both,
}

/// <summary>What becomes of a text that is too long for one sequence.</summary>
public enum LongText
{
    /// <summary>It is cut.</summary>
    Truncate,

    /// <summary>It becomes overlapping chunks, whose logits are aggregated to one prediction.</summary>
    Chunk,
}

/// <summary>Which chunks of a document stay where it has too many.</summary>
public enum ChunkSelection
{
    /// <summary>After <see cref="TokenizerOptions.TruncationSide"/>: the first (right), the last (left), or half of each (both).</summary>
    Side,

    /// <summary>Evenly over the text, the first and the last among them.</summary>
    Spread,
}

/// <summary>To which length a batch is padded.</summary>
public enum Padding
{
    /// <summary>Its longest sequence.</summary>
    Longest,

    /// <summary><see cref="TokenizerOptions.MaxLength"/>, always.</summary>
    MaxLength,
}
