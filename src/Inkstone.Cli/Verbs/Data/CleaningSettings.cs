using Inkstone.Recipes;
using Inkstone.Text.Cleaning;

namespace Inkstone.Cli.Verbs.Data;

/// <summary>The keys of a recipe's <c>data.cleaning</c>, given alone.</summary>
internal static class CleaningSettings
{
    private const string Section = "data.cleaning.";

    /// <summary>What <c>--set</c> says; the section before a key may be left out.</summary>
    /// <exception cref="RecipeException">A key is unknown or has a wrong value.</exception>
    public static CleaningOptions Parse(IEnumerable<string> settings)
    {
        var keys = settings.Select(setting => setting.StartsWith(Section, StringComparison.Ordinal) ? setting : Section + setting).Select(RecipeOverride.Parse);
        var neutral = RecipeWriter.Write(new Recipe { Data = new() { TrainFile = "rows" }, Model = new() { NameOrPath = "model" } });
        return RecipeReader.Read(neutral, "data.cleaning", ".", [.. keys]).Data.Cleaning;
    }
}
