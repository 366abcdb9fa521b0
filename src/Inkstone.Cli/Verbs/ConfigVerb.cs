using System.CommandLine;
using Inkstone.Recipes;

namespace Inkstone.Cli.Verbs;

/// <summary>Shows or checks a recipe without running it. Loads no libtorch.</summary>
internal static class ConfigVerb
{
    private static readonly Argument<string> RecipeName = new("RECIPE") { Description = "sentiment, emotion, news, or a yaml file." };
    private static readonly Option<string[]> Set = SetOption.Create("Overrides any key.", "RECIPE");

    public static Command Create()
    {
        var show = new Command("show", "Print the effective recipe: every key with its value.") { RecipeName, Set };
        show.SetAction(parsed => Console.Out.Write(RecipeWriter.Write(Load(parsed))));
        var check = new Command("check", "Say whether a recipe is right, and everything that is wrong with it.") { RecipeName, Set };
        check.SetAction(parsed =>
        {
            Load(parsed);
            Console.WriteLine("The recipe is right.");
        });
        return new Command("config", "Show or check a recipe.") { show, check };
    }

    private static Recipe Load(ParseResult parsed) => RecipeReader.Load(
        parsed.GetValue(RecipeName)!, [.. (parsed.GetValue(Set) ?? []).Select(RecipeOverride.Parse)], Installation.Root, new Terminal(parsed).Note);
}
