namespace Inkstone.Recipes;

/// <summary>Values that the recipe format knows and this version cannot honour: refused, never ignored. What arrives leaves this list.</summary>
internal static class NotYetAvailable
{
    /// <summary>Sections of the format that no key can be set in yet.</summary>
    public static IReadOnlyList<string> Sections { get; } = ["explain", "distributed"];

    public static void Check(Recipe recipe, Problems problems)
    {
        var model = recipe.Model;

        problems.RequireAvailable(recipe.Tokenizer.Padding == Padding.Longest, "tokenizer.padding", recipe.Tokenizer.Padding, "longest: batches are packed and hold no padding");
    }
}
