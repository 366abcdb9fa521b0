using Inkstone.Recipes;

namespace Inkstone.Tests.Recipes;

/// <summary>Recipes as texts: the two keys that every one needs, and what a test adds.</summary>
internal static class RecipeYaml
{
    public const string Required = "data: {train_file: /rows.csv}\nmodel: {name_or_path: org/encoder}\n";

    public static Recipe Read(string yaml, params string[] overrides) =>
        RecipeReader.Read(yaml, "r.yaml", "/base", [.. overrides.Select(RecipeOverride.Parse)]);

    /// <summary>What is wrong with a recipe that holds <paramref name="yaml"/> after the required keys, which are lines 1 and 2.</summary>
    public static string[] ProblemsOf(string yaml, params string[] overrides)
    {
        try
        {
            Read(Required + yaml, overrides);
            return [];
        }
        catch (RecipeException e)
        {
            return [.. e.Problems.Select(problem => problem.ToString())];
        }
    }

    /// <summary>What is wrong with the required keys and the overrides.</summary>
    public static string[] ProblemsOfSet(params string[] overrides) => ProblemsOf("", overrides);
}
