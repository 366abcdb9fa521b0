namespace Inkstone.Text.Cleaning;

/// <summary>How the characters of a text are unified before anything looks at them: a preset for the finer keys of <see cref="CleaningOptions"/>.</summary>
public enum TextNormalization
{
    /// <summary>The text stays as it is.</summary>
    None,

    /// <summary><c>nfkc: true</c>: full width to half width, compatibility characters to plain ones.</summary>
    Nfkc,

    /// <summary>
    /// NFKC, and what is Weibo's own: <c>decode_html_entities, strip_control_characters, nfkc, collapse_whitespace: true</c>,
    /// <c>retweet_chains, urls, user_names: remove</c>, <c>topics, emoticons, emoji: replace</c>, <c>repeated_characters: 3</c>.
    /// </summary>
    Weibo,
}

/// <summary>What becomes of something that is no plain word.</summary>
public enum MarkupTreatment
{
    /// <summary>It stays as it is.</summary>
    Keep,

    /// <summary>It goes.</summary>
    Remove,

    /// <summary>A word stands in its place.</summary>
    Replace,
}

/// <summary>Which rows are fit to train on, and how their texts are normalised: the recipe's section <c>data.cleaning</c>.</summary>
/// <remarks>Where a finer key is null, <see cref="Normalize"/> decides; <see cref="Resolve"/> tells how.</remarks>
public sealed record CleaningOptions
{
    /// <summary>Remove rows whose text is empty or only white space. Default true.</summary>
    public bool DropEmpty { get; init; } = true;

    /// <summary>Remove rows whose text, pair and label all equal an earlier row's. Default true.</summary>
    public bool DropDuplicates { get; init; } = true;

    /// <summary>Texts count as equal also where they differ in width, case, compatibility forms or white space (<see cref="ComparableText"/>). Needs ICU. Default false.</summary>
    public bool DropNormalizedDuplicates { get; init; }

    /// <summary>Remove every row of a text that stands with more than one label. Default false.</summary>
    public bool DropConflicting { get; init; }

    /// <summary>Remove texts with fewer Unicode code points. Default 1.</summary>
    public int MinCharacters { get; init; } = 1;

    /// <summary>Remove texts with more Unicode code points; null (the default) sets no limit.</summary>
    public int? MaxCharacters { get; init; }

    /// <summary>A preset for the keys below that are null. Default <see cref="TextNormalization.None"/>.</summary>
    public TextNormalization Normalize { get; init; } = TextNormalization.None;

    /// <summary>Write traditional characters as simplified ones, by ICU's <c>Traditional-Simplified</c>. Needs ICU. Default false.</summary>
    public bool TraditionalToSimplified { get; init; }

    /// <summary>Decode <c>&amp;amp;</c>, <c>&amp;#39;</c> and the like, once.</summary>
    public bool? DecodeHtmlEntities { get; init; }

    /// <summary>Take out controls, zero-width characters, direction marks and half surrogate pairs; what joins emoji stays.</summary>
    public bool? StripControlCharacters { get; init; }

    /// <summary>Write full-width letters, digits and signs, and the ideographic space, in half width. Part of NFKC.</summary>
    public bool? FullWidthToHalfWidth { get; init; }

    /// <summary>Unicode NFKC. Needs ICU.</summary>
    public bool? Nfkc { get; init; }

    /// <summary>One blank for every run of white space, and none at the ends.</summary>
    public bool? CollapseWhitespace { get; init; }

    /// <summary>
    /// <c>//@x:…//@y:…</c>. Remove: the writer's own words stay, and only where there are none (or just 转发微博) the first words passed on.
    /// Replace: <see cref="RetweetWord"/> for each <c>//@x:</c>, all words stay.
    /// </summary>
    public MarkupTreatment? RetweetChains { get; init; }

    /// <summary>Addresses of the web. Replace: <see cref="UrlWord"/>.</summary>
    public MarkupTreatment? Urls { get; init; }

    /// <summary><c>@x</c>, and <c>回复@x:</c> as a whole; e-mail addresses are none. Replace: <see cref="UserWord"/>.</summary>
    public MarkupTreatment? UserNames { get; init; }

    /// <summary><c>#words#</c>. Replace: the words.</summary>
    public MarkupTreatment? Topics { get; init; }

    /// <summary><c>[泪]</c>. Replace: the name, 泪.</summary>
    public MarkupTreatment? Emoticons { get; init; }

    /// <summary>Emoji, each with its skin tone and all that is joined to it. Replace: a Chinese word, 表情 where there is none.</summary>
    public MarkupTreatment? Emoji { get; init; }

    /// <summary>The most of one character in a row, digits excepted; 0 sets no limit.</summary>
    public int? RepeatedCharacters { get; init; }

    /// <summary>Stands for a mark of <see cref="RetweetChains"/>. Default 转发.</summary>
    public string RetweetWord { get; init; } = "转发";

    /// <summary>Stands for an address. Default 链接.</summary>
    public string UrlWord { get; init; } = "链接";

    /// <summary>Stands for a user's name. Default 用户.</summary>
    public string UserWord { get; init; } = "用户";

    /// <summary>The same options without null: what <see cref="Normalize"/> means is written out, so that they keep their meaning in a checkpoint.</summary>
    public CleaningOptions Resolve()
    {
        bool isWeibo = Normalize == TextNormalization.Weibo;
        var (gone, word) = isWeibo ? (MarkupTreatment.Remove, MarkupTreatment.Replace) : (MarkupTreatment.Keep, MarkupTreatment.Keep);
        return this with
        {
            DecodeHtmlEntities = DecodeHtmlEntities ?? isWeibo,
            StripControlCharacters = StripControlCharacters ?? isWeibo,
            FullWidthToHalfWidth = FullWidthToHalfWidth ?? false,
            Nfkc = Nfkc ?? Normalize != TextNormalization.None,
            CollapseWhitespace = CollapseWhitespace ?? isWeibo,
            RetweetChains = RetweetChains ?? gone,
            Urls = Urls ?? gone,
            UserNames = UserNames ?? gone,
            Topics = Topics ?? word,
            Emoticons = Emoticons ?? word,
            Emoji = Emoji ?? word,
            RepeatedCharacters = RepeatedCharacters ?? (isWeibo ? 3 : 0),
        };
    }

    /// <summary>The same options with every row kept, as for rows that are judged: a score is of all of them.</summary>
    public CleaningOptions KeepingEveryRow() => this with
    {
        DropEmpty = false, DropDuplicates = false, DropNormalizedDuplicates = false, DropConflicting = false, MinCharacters = 0, MaxCharacters = null,
    };

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

        if (RepeatedCharacters < 0)
        {
            problems.Add(FormattableString.Invariant(
                $"data.cleaning.repeated_characters must be at least 0, but is {RepeatedCharacters}; 3 is usual, and 0 sets no limit."));
        }

        foreach (var (key, value) in new[] { ("retweet_word", RetweetWord), ("url_word", UrlWord), ("user_word", UserWord) })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                problems.Add($"data.cleaning.{key} must be a word, but is empty; to have none, say remove instead of replace.");
            }
        }

        return problems;
    }
}
