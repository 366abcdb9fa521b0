namespace Inkstone.Text.Tokenizing;

/// <summary>The settings of a BERT tokenizer, under Hugging Face's names and with its defaults.</summary>
public sealed record WordPieceOptions
{
    /// <summary>Lower-case the text. Default true.</summary>
    public bool DoLowerCase { get; init; } = true;

    /// <summary>Make every CJK ideograph a token of its own. Default true.</summary>
    public bool TokenizeChineseChars { get; init; } = true;

    /// <summary>Decompose characters and drop their accents. Default null: exactly when <see cref="DoLowerCase"/>.</summary>
    public bool? StripAccents { get; init; }

    /// <summary>Words of more code points than this become <see cref="UnkToken"/>. Default 100.</summary>
    public int MaxInputCharsPerWord { get; init; } = 100;

    /// <summary>The token for words that the vocabulary cannot spell.</summary>
    public string UnkToken { get; init; } = "[UNK]";

    /// <summary>The token in front of every encoded text.</summary>
    public string ClsToken { get; init; } = "[CLS]";

    /// <summary>The token behind every encoded text.</summary>
    public string SepToken { get; init; } = "[SEP]";

    /// <summary>The token that fills batches.</summary>
    public string PadToken { get; init; } = "[PAD]";

    /// <summary>The token that masked-language models predict; the vocabulary may lack it.</summary>
    public string MaskToken { get; init; } = "[MASK]";

    /// <summary>The longest input the model was made for, in tokens; null where the folder does not say.</summary>
    public int? ModelMaxLength { get; init; }

    /// <summary>Whether accents are dropped, <see cref="StripAccents"/> resolved.</summary>
    public bool StripsAccents => StripAccents ?? DoLowerCase;

    /// <summary>The tokens with a role of their own.</summary>
    internal string[] SpecialTokens => [UnkToken, ClsToken, SepToken, PadToken, MaskToken];
}
