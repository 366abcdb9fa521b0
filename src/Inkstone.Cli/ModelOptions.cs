using System.CommandLine;
using System.Globalization;
using Inkstone.Checkpoints;
using Inkstone.Recipes;

namespace Inkstone.Cli;

/// <summary>Options of every verb that loads a trained classifier.</summary>
internal static class ModelOptions
{
    private static readonly Option<int?> MaxLength = new("--max-length") { Description = "Tokens of a text that the model sees; the checkpoint remembers its own." };
    private static readonly Option<string[]> Set = SetOption.Create("Overrides a key that the checkpoint remembers, such as tokenizer.truncation_side=left.", "A text");

    public static void AddOverrides(Command verb)
    {
        verb.Add(MaxLength);
        verb.Add(Set);
    }

    /// <summary>What the call changes in the checkpoint's settings, with a word on texts that are then cut otherwise than in training; null where it changes nothing.</summary>
    public static Func<ClassifierSettings, ClassifierSettings>? Overrides(ParseResult parsed, Action<string>? notice = null)
    {
        var overrides = (parsed.GetValue(Set) ?? []).Select(RecipeOverride.Parse).ToList();
        if (parsed.GetValue(MaxLength) is { } length)
        {
            overrides.Add(new("tokenizer.max_length", length.ToString(CultureInfo.InvariantCulture), IsText: false, MaxLength.Name));
        }

        return overrides.Count == 0 ? null : settings =>
        {
            var changed = settings.With(overrides);
            if (changed.DifferenceFrom(settings) is { } difference)
            {
                notice?.Invoke(difference);
            }

            return changed;
        };
    }
}
