using System.Net;
using Inkstone.Text.Cleaning.Steps;
using Inkstone.Text.Corpora;
using Inkstone.Text.Icu;

namespace Inkstone.Text.Cleaning;

/// <summary>Normalises texts as <see cref="CleaningOptions"/> say: the same for training and for prediction. Safe for many threads.</summary>
/// <remarks>
/// The steps run in the order of <see cref="Steps"/>: characters first, emoji before NFKC would take ㊗️ for a letter, white space
/// last. Each first looks whether the text has a character that it cares about, and gives back the same instance where it changes nothing.
/// Time is linear in the text, whatever stands in it.
/// </remarks>
public sealed class TextCleaner
{
    private readonly (string Key, Func<string, string> Apply)[] steps;

    private TextCleaner((string Key, Func<string, string> Apply)[] steps) => this.steps = steps;

    /// <summary>Changes nothing.</summary>
    public static TextCleaner Identity { get; } = new([]);

    /// <summary>Whether every text comes back as it went in.</summary>
    public bool IsIdentity => steps.Length == 0;

    /// <summary>The keys of <c>data.cleaning</c> that change texts here, in the order in which they do.</summary>
    public IReadOnlyList<string> Steps => Array.ConvertAll(steps, step => step.Key);

    /// <summary>A cleaner for these options.</summary>
    /// <exception cref="ArgumentException">The options have faults; the message lists all of them.</exception>
    /// <exception cref="DllNotFoundException">A step needs ICU, and it is not on this machine; the message names the keys.</exception>
    public static TextCleaner For(CleaningOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FindProblems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(options));
        }

        var chosen = options.Resolve();
        var cleaner = new TextCleaner([.. StepsOf(chosen).Where(step => step.IsOn).Select(step => (step.Key, step.Apply))]);
        RequireIcu(chosen);
        return cleaner;
    }

    /// <summary>The text as tokenizer, duplicate search and length limits see it.</summary>
    /// <param name="text">Any string will do.</param>
    public string Clean(string text) => Clean(text, changes: null);

    /// <summary>The row with its texts as tokenizer, duplicate search and length limits see them.</summary>
    /// <param name="row">The row as it was read.</param>
    public Row Clean(Row row) => Clean(row, changes: null);

    /// <summary>Cleans a text.</summary>
    /// <param name="text">Any string will do.</param>
    /// <param name="changes">Counts the steps that changed the text; null counts nothing.</param>
    public string Clean(string text, StepCounts? changes)
    {
        ArgumentNullException.ThrowIfNull(text);
        string cleaned = text;
        for (int step = 0; step < steps.Length; step++)
        {
            string before = cleaned;
            cleaned = steps[step].Apply(before);
            if (changes is not null && !ReferenceEquals(before, cleaned) && before != cleaned)
            {
                changes.Add(step);
            }
        }

        return cleaned;
    }

    /// <summary>Cleans a row's texts.</summary>
    /// <param name="row">The row as it was read.</param>
    /// <param name="changes">Counts the steps that changed a text; null counts nothing.</param>
    public Row Clean(Row row, StepCounts? changes)
    {
        ArgumentNullException.ThrowIfNull(row);
        return IsIdentity ? row : row with { Text = Clean(row.Text, changes), TextPair = row.TextPair is null ? null : Clean(row.TextPair, changes) };
    }

    /// <summary>The version of ICU where these options need it, as its tables decide what comes out; null where they do not.</summary>
    /// <exception cref="DllNotFoundException">They need it, and it is not on this machine.</exception>
    public static int? IcuVersion(CleaningOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return IcuKeys(options.Resolve()).Length > 0 ? IcuLibrary.Version : null;
    }

    private static (string Key, bool IsOn, Func<string, string> Apply)[] StepsOf(CleaningOptions options) =>
    [
        ("decode_html_entities", options.DecodeHtmlEntities is true, text => text.Contains('&', StringComparison.Ordinal) ? WebUtility.HtmlDecode(text) : text),
        ("strip_control_characters", options.StripControlCharacters is true, ControlCharacters.Strip),
        OfMarkup("emoji", options.Emoji, replaces => text => Cleaning.Steps.Emoji.Replace(text, replaces)),
        ("full_width_to_half_width", options.FullWidthToHalfWidth is true, HalfWidth.Of),
        ("nfkc", options.Nfkc is true, Icu.Nfkc.Normalize),
        OfMarkup("retweet_chains", options.RetweetChains, replaces => replaces ? text => RetweetChains.Replace(text, options.RetweetWord) : RetweetChains.Remove),
        OfMarkup("urls", options.Urls, replaces => text => Urls.Replace(text, replaces ? options.UrlWord : "")),
        OfMarkup("user_names", options.UserNames, replaces => text => UserNames.Replace(text, replaces ? options.UserWord : "")),
        OfMarkup("topics", options.Topics, replaces => text => Topics.Replace(text, replaces)),
        OfMarkup("emoticons", options.Emoticons, replaces => text => Emoticons.Replace(text, replaces)),
        ("traditional_to_simplified", options.TraditionalToSimplified, text => Simplifier.Shared.Simplify(text)),
        ("repeated_characters", options.RepeatedCharacters > 0, text => RepeatedCharacters.Cut(text, options.RepeatedCharacters!.Value)),
        ("collapse_whitespace", options.CollapseWhitespace is true, WhiteSpace.Collapse),
    ];

    private static (string Key, bool IsOn, Func<string, string> Apply) OfMarkup(string key, MarkupTreatment? markup, Func<bool, Func<string, string>> step) =>
        (key, markup is MarkupTreatment.Remove or MarkupTreatment.Replace, step(markup == MarkupTreatment.Replace));

    private static string[] IcuKeys(CleaningOptions resolved) =>
    [
        .. resolved.Nfkc is true ? ["nfkc"] : Array.Empty<string>(),
        .. resolved.TraditionalToSimplified ? ["traditional_to_simplified"] : Array.Empty<string>(),
        .. resolved.DropNormalizedDuplicates ? ["drop_normalized_duplicates"] : Array.Empty<string>(),
    ];

    /// <summary>Says before the work begins that it could not be done.</summary>
    private static void RequireIcu(CleaningOptions options)
    {
        if (IcuKeys(options) is { Length: > 0 } keys)
        {
            try
            {
                _ = IcuLibrary.Version;
            }
            catch (DllNotFoundException error)
            {
                throw new DllNotFoundException($"data.cleaning: {string.Join(", ", keys)} (normalize: {options.Normalize.ToString().ToLowerInvariant()}) needs ICU. {error.Message}", error);
            }
        }
    }
}
