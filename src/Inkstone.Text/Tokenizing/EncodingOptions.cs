namespace Inkstone.Text.Tokenizing;

/// <summary>Where a text that is too long loses tokens.</summary>
public enum TruncationSide
{
    /// <summary>At its end.</summary>
    Right,

    /// <summary>At its beginning.</summary>
    Left,

    /// <summary>In its middle: the first tokens and the last ones stay (Sun et al. 2019, arXiv:1905.05583, section 5.3.1).</summary>
    Both,
}

/// <summary>Which text of a pair loses tokens.</summary>
public enum TruncationStrategy
{
    /// <summary>The longer one until both are equal, then both.</summary>
    LongestFirst,

    /// <summary>Only the first.</summary>
    OnlyFirst,

    /// <summary>Only the second.</summary>
    OnlySecond,
}

/// <summary>How one text or one pair is made into model input.</summary>
public sealed record EncodingOptions
{
    /// <summary>The most tokens, special ones included; null for no limit.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Where tokens are cut off. Default right.</summary>
    public TruncationSide TruncationSide { get; init; } = TruncationSide.Right;

    /// <summary>For <see cref="TruncationSide.Both"/>: how many tokens stay at the beginning, <c>[CLS]</c> not counted. Default 128.</summary>
    public int HeadTokens { get; init; } = 128;

    /// <summary>Which text of a pair is cut. Default the longer one.</summary>
    public TruncationStrategy TruncationStrategy { get; init; } = TruncationStrategy.LongestFirst;

    /// <summary>For chunks: how many tokens a chunk shares with the one before it. Default 0.</summary>
    public int Stride { get; init; }

    /// <summary>Put <c>[CLS]</c> in front and <c>[SEP]</c> behind each text. Default true.</summary>
    public bool AddSpecialTokens { get; init; } = true;

    /// <summary>What offsets count. Default code points, as Hugging Face's do.</summary>
    public OffsetUnit OffsetUnit { get; init; } = OffsetUnit.CodePoint;
}
