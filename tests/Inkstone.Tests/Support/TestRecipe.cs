using Inkstone.Recipes;

namespace Inkstone.Tests.Support;

/// <summary>A recipe from <c>key=value</c> lines alone.</summary>
internal static class TestRecipe
{
    public static Recipe Of(params string[] overrides) =>
        RecipeReader.Read("", "test", Repo.Root, [.. overrides.Select(RecipeOverride.Parse)]);
}
