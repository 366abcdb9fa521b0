using Inkstone.Text.Cleaning;

namespace Inkstone.Recipes;

/// <summary>The rules of <c>data.cleaning</c>, whose record stands with the cleaning itself.</summary>
internal static class CleaningRules
{
    public static void Check(CleaningOptions cleaning, Problems problems)
    {
        problems.Require(cleaning.MinCharacters >= 0, "data.cleaning.min_characters", "at least 0", cleaning.MinCharacters, "use 0 for no limit");
        problems.Require(cleaning.MaxCharacters is null or >= 1, "data.cleaning.max_characters", "at least 1", cleaning.MaxCharacters, "use null for no limit");
        problems.Require(
            cleaning.MaxCharacters is null or < 1 || cleaning.MaxCharacters >= cleaning.MinCharacters,
            "data.cleaning.max_characters", $"at least data.cleaning.min_characters ({cleaning.MinCharacters})", cleaning.MaxCharacters,
            "raise it or lower the other", "data.cleaning.min_characters");
        problems.Require(cleaning.RepeatedCharacters is null or >= 0, "data.cleaning.repeated_characters", "at least 0", cleaning.RepeatedCharacters, "3 is usual, and 0 sets no limit");
        foreach (var (key, word) in new[] { ("retweet_word", cleaning.RetweetWord), ("url_word", cleaning.UrlWord), ("user_word", cleaning.UserWord) })
        {
            problems.Require(!string.IsNullOrWhiteSpace(word), $"data.cleaning.{key}", "a word", word, "to have none, say remove instead of replace");
        }
    }
}
