using Inkstone.Recipes;

namespace Inkstone.Reporting;

/// <summary>What a recipe says that is not the default.</summary>
internal static class RecipeChanges
{
    private static readonly Dictionary<string, object?> Defaults = RecipeJson.Values(new Recipe()).ToDictionary();

    /// <summary>Each key with another value than by default.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(Recipe recipe) =>
        [.. RecipeJson.Values(recipe).Where(value => !Equals(value.Value, Defaults[value.Key])).Select(value => KeyValuePair.Create(value.Key, RecipeText.Show(value.Value)))];
}
