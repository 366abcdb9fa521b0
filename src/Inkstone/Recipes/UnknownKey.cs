namespace Inkstone.Recipes;

/// <summary>Says what may have been meant by a key that is none.</summary>
internal static class UnknownKey
{
    /// <summary>The sentence for <paramref name="name"/> in <paramref name="section"/>.</summary>
    public static string Explain(RecipeKey section, string name)
    {
        var names = section.Children.Select(child => child.Name).ToArray();
        if (section.Path.Length == 0)
        {
            return NotYetAvailable.Sections.Contains(name) ? $"section {name} is not available in this version yet; remove it."
                : SameName(name) is { } inside ? $"{name} is no section of a recipe; the key stands in a section: {inside.Path}."
                : NearestName.Of(name, names) is { } nearest ? $"{name} is no section of a recipe; did you mean {nearest}?"
                : $"{name} is no section of a recipe; there are {string.Join(", ", names)}.";
        }

        var unknown = $"{section.Path}.{name} is no key of a recipe";
        return SameName(name) is { } elsewhere ? $"{unknown}; did you mean {elsewhere.Path}?"
            : NearestName.Of(name, names) is { } near ? $"{unknown}; did you mean {section.Path}.{near}?"
            : NearestName.Of(name, RecipeKeys.Root.Leaves.Select(leaf => leaf.Name)) is { } far ? $"{unknown}; did you mean {SameName(far)!.Path}?"
            : $"{unknown}; {section.Path} has {string.Join(", ", names)}.";
    }

    private static RecipeKey? SameName(string name) => RecipeKeys.Root.Leaves.FirstOrDefault(leaf => leaf.Name == name);
}
