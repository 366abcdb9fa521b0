namespace Inkstone.Text.Cleaning;

/// <summary>How the characters of a text are unified before anything looks at them.</summary>
public enum TextNormalization
{
    /// <summary>The text stays as it is.</summary>
    None,

    /// <summary>Unicode NFKC: full width to half width, compatibility characters to plain ones.</summary>
    Nfkc,

    /// <summary>NFKC, and what is Weibo's own: retweet chains, user names, topics, emoticons, URLs.</summary>
    Weibo,
}

/// <summary>Which rows are fit to train on, and how their texts are normalised: the recipe's section <c>data.cleaning</c>.</summary>
public sealed record CleaningOptions
{
    /// <summary>Remove rows whose text is empty or only white space. Default true.</summary>
    public bool DropEmpty { get; init; } = true;

    /// <summary>Remove rows whose text, pair and label all equal an earlier row's. Default true.</summary>
    public bool DropDuplicates { get; init; } = true;

    /// <summary>Remove every row of a text that stands with more than one label. Default false.</summary>
    public bool DropConflicting { get; init; }

    /// <summary>Remove texts with fewer Unicode code points. Default 1.</summary>
    public int MinCharacters { get; init; } = 1;

    /// <summary>Remove texts with more Unicode code points; null (the default) sets no limit.</summary>
    public int? MaxCharacters { get; init; }

    /// <summary>How characters are unified. Default <see cref="TextNormalization.None"/>, the only one in this version.</summary>
    public TextNormalization Normalize { get; init; } = TextNormalization.None;

    /// <summary>Write traditional characters as simplified ones. Default false, the only value in this version.</summary>
    public bool TraditionalToSimplified { get; init; }

    /// <summary>Every fault of these values: key, rule, value and way out, a sentence each. Empty where all is well.</summary>
    public IReadOnlyList<string> FindProblems()
    {
        var problems = new List<string>();
        if (MinCharacters < 0)
        {
            problems.Add(FormattableString.Invariant(
                $"data.cleaning.min_characters must be at least 0, but is {MinCharacters}; 1 removes only empty texts."));
        }

        if (MaxCharacters < Math.Max(MinCharacters, 1))
        {
            problems.Add(FormattableString.Invariant(
                $"data.cleaning.max_characters must be at least 1 and at least min_characters ({MinCharacters}), but is {MaxCharacters}; null sets no limit."));
        }

        if (Normalize != TextNormalization.None)
        {
            problems.Add($"data.cleaning.normalize must be none, but is {Normalize.ToString().ToLowerInvariant()}; nfkc and weibo are not available in this version.");
        }

        if (TraditionalToSimplified)
        {
            problems.Add("data.cleaning.traditional_to_simplified must be false, but is true; it is not available in this version.");
        }

        return problems;
    }
}
