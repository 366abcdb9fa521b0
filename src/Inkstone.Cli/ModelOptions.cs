using System.CommandLine;
using Inkstone.Checkpoints;

namespace Inkstone.Cli;

/// <summary>Options of every verb that loads a trained classifier.</summary>
internal static class ModelOptions
{
    private static readonly Option<int?> MaxLength = new("--max-length") { Description = "Tokens of a text that the model sees; the checkpoint remembers its own." };
    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "Overrides a key that the checkpoint remembers, such as tokenizer.truncation_side=left.",
        AllowMultipleArgumentsPerToken = true,
    };

    public static void AddOverrides(Command verb)
    {
        verb.Add(MaxLength);
        verb.Add(Set);
    }

    /// <summary>What the call changes in the checkpoint's settings, with a word on texts that are then cut otherwise than in training; null where it changes nothing.</summary>
    public static Func<ClassifierSettings, ClassifierSettings>? Overrides(ParseResult parsed, Action<string>? notice = null)
    {
        var overrides = (parsed.GetValue(Set) ?? []).ToList();
        if (parsed.GetValue(MaxLength) is { } length)
        {
            overrides.Add(FormattableString.Invariant($"tokenizer.max_length={length}"));
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
