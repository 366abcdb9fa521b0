using System.Reflection;

namespace Inkstone.Recipes;

/// <summary>
/// One key of the recipe format, taken from a property of the records: so reader, writer and editor schema cannot disagree with them.
/// </summary>
/// <param name="Path">The key with its section, such as <c>data.cleaning.normalize</c>; empty for the root.</param>
/// <param name="Name">Its last part.</param>
/// <param name="Type">What it holds; a nullable's underlying type.</param>
/// <param name="Default">What it is where a recipe does not say.</param>
/// <param name="TakesNull">Whether null is a value of it.</param>
/// <param name="IsAuto">Whether its null is written <c>auto</c>.</param>
/// <param name="Children">The keys below, for a section; otherwise empty.</param>
/// <param name="Property">Where it stands in the record above; null for the root.</param>
internal sealed record RecipeKey(
    string Path, string Name, Type Type, object? Default, bool TakesNull, bool IsAuto, IReadOnlyList<RecipeKey> Children, PropertyInfo? Property)
{
    public bool IsSection => Children.Count > 0;

    /// <summary>This key, if it holds a value, or all such keys below.</summary>
    public IEnumerable<RecipeKey> Leaves => IsSection ? Children.SelectMany(child => child.Leaves) : [this];

    public RecipeKey? Child(string name) => Children.FirstOrDefault(child => child.Name == name);

    public object? ValueIn(object parent) => Property!.GetValue(parent);
}

/// <summary>Every key of the recipe format.</summary>
internal static class RecipeKeys
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The format as a whole; its children are the sections.</summary>
    public static RecipeKey Root { get; } = new("", "", typeof(Recipe), null, false, false, Below(new Recipe(), ""), null);

    private static RecipeKey[] Below(object defaults, string path) =>
        [.. defaults.GetType().GetProperties().Where(property => property.SetMethod is not null).Select(property => Of(property, defaults, path))];

    private static RecipeKey Of(PropertyInfo property, object defaults, string above)
    {
        var name = RecipeText.Name(property.Name);
        var path = above.Length == 0 ? name : $"{above}.{name}";
        var isSection = property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal);
        var value = property.GetValue(defaults);
        return new(
            path, name,
            Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType,
            isSection ? null : value,
            Nullability.Create(property).WriteState == NullabilityState.Nullable,
            property.GetCustomAttribute<AutoAttribute>() is not null,
            isSection ? Below(value!, path) : [],
            property);
    }
}
