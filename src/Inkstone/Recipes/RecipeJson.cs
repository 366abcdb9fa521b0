using System.Collections;
using System.Text.Json.Nodes;

namespace Inkstone.Recipes;

/// <summary>A recipe as JSON: every key with its value, as <see cref="RecipeWriter"/> has them in YAML.</summary>
internal static class RecipeJson
{
    /// <summary>The sections, each an object.</summary>
    public static JsonObject Of(Recipe recipe) => Section(RecipeKeys.Root, recipe);

    /// <summary>Every key that holds a single value, by its whole path.</summary>
    public static IEnumerable<(string Key, object? Value)> Values(Recipe recipe) => Values(RecipeKeys.Root, recipe);

    private static JsonObject Section(RecipeKey section, object record) => new(section.Children.Select(key =>
        KeyValuePair.Create(key.Name, key.IsSection ? Section(key, key.ValueIn(record)!) : ShownValue(key, key.ValueIn(record)))));

    private static IEnumerable<(string Key, object? Value)> Values(RecipeKey section, object record) => section.Children.SelectMany(key =>
        key.IsSection ? Values(key, key.ValueIn(record)!) : [(key.Path, key.IsAuto && key.ValueIn(record) is null ? "auto" : key.ValueIn(record))]);

    private static JsonNode? ShownValue(RecipeKey key, object? value) => value is null && key.IsAuto ? "auto" : Value(value);

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        string text => text,
        bool truth => truth,
        int number => number,
        double number => number,
        ClassWeights { Values: { } weights } => Value(weights),
        ValueMap map => map.ToString(),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(Value)]),
        _ => RecipeText.Show(value),
    };
}
