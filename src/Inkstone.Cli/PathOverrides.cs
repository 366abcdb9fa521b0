using System.CommandLine;
using System.Text.Json;
using Inkstone.Recipes;

namespace Inkstone.Cli;

/// <summary>A file option of the call as an override of the recipe.</summary>
internal static class PathOverrides
{
    /// <summary>One path is taken as it is, several are the list that a recipe would have; none where the option is not given.</summary>
    public static IEnumerable<RecipeOverride> Of(ParseResult parsed, Option<string[]> option, string key) => parsed.GetValue(option) switch
    {
        null or [] => [],
        [var path] => [RecipeOverride.FromOption(option.Name, key, path)],
        var paths => [new(key, JsonSerializer.Serialize(paths, JsonForms.SnakeCase), IsText: false, option.Name)],
    };
}
