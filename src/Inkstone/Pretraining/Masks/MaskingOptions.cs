using System.Globalization;
using Inkstone.Pretraining.Corpus;

namespace Inkstone.Pretraining.Masks;

/// <summary>What is hidden at a time.</summary>
public enum MaskingUnit
{
    /// <summary>Single tokens (Devlin et al. 2019, arXiv:1810.04805).</summary>
    Token,

    /// <summary>Runs of one to <see cref="MaskingOptions.LongestNgram"/> tokens, each length as likely (Cui et al. 2020, arXiv:2004.13922, without their synonyms).</summary>
    Ngram,

    /// <summary>Whole words by ICU's boundaries (Cui et al. 2019, arXiv:1906.08101); the corpus must have been read with <see cref="PretrainingCorpusOptions.WordMarks"/>.</summary>
    WholeWord,
}

/// <summary>What becomes of the token that a text begins with.</summary>
public enum FirstToken
{
    /// <summary>It is text like any other.</summary>
    Text,

    /// <summary>It is hidden in every pass, as a part of the rate (which texts of a few tokens then exceed): a label that is written there as a word is learnt like one.</summary>
    Hide,

    /// <summary>It is a label: taken off, and for <c>[CLS]</c> to guess in every pass, beside what is hidden. Fine-tuning then finds in <c>[CLS]</c> what labels hang on. Held-out texts keep it as text.</summary>
    Label,
}

/// <summary>Which tokens are to be guessed.</summary>
public sealed record MaskingOptions
{
    /// <summary>For held-out texts, whatever the model is trained with: single tokens, 15 %, always <c>[MASK]</c>, so that runs compare.</summary>
    public static MaskingOptions HeldOut { get; } = new() { Replace = false };

    /// <summary>What is hidden at a time. Default <see cref="MaskingUnit.Token"/>.</summary>
    public MaskingUnit Unit { get; init; } = MaskingUnit.Token;

    /// <summary>Share of the tokens that are hidden, special ones not counted; 0.15 to 0.4 is usual. Default 0.15 (Devlin et al. 2019).</summary>
    public double Rate { get; init; } = 0.15;

    /// <summary>Tokens of the longest n-gram. Default 3.</summary>
    public int LongestNgram { get; init; } = 3;

    /// <summary>
    /// Whether 80 % of the hidden tokens become <c>[MASK]</c>, 10 % another word, and 10 % stay (Devlin et al. 2019); or all of them become
    /// <c>[MASK]</c>. Default true.
    /// </summary>
    public bool Replace { get; init; } = true;

    /// <summary>What becomes of the token that a text begins with, where a label may be written. Default <see cref="FirstToken.Text"/>.</summary>
    public FirstToken FirstToken { get; init; }

    /// <summary>One sentence for each setting that cannot be; empty when all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (Rate is not (> 0 and < 0.8))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"the masking rate must be between 0 and 0.8, both excluded, but is {Rate}; 0.15 to 0.4 is usual."));
        }

        if (Unit == MaskingUnit.Ngram && LongestNgram is not (>= 1 and <= 16))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"the longest n-gram must have 1 to 16 tokens, but has {LongestNgram}; 3 is usual."));
        }

        return problems;
    }
}
