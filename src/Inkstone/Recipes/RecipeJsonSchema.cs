using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inkstone.Recipes;

/// <summary>The recipe format as a JSON schema, with which editors complete and check recipes while they are typed.</summary>
public static class RecipeJsonSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The content of <c>recipes/recipe.schema.json</c>: types, choices and defaults; <see cref="RecipeReader"/> holds the rules.</summary>
    public static string Write()
    {
        var schema = Section(RecipeKeys.Root);
        schema.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        schema.Insert(1, "title", "Inkstone recipe");
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Section(RecipeKey section) => new()
    {
        ["type"] = section.Path.Length == 0 ? "object" : new JsonArray("object", "null"),
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(section.Children.Select(key => KeyValuePair.Create(key.Name, (JsonNode?)(key.IsSection ? Section(key) : Key(key))))),
    };

    private static JsonObject Key(RecipeKey key)
    {
        List<JsonObject> forms = [.. Forms(key.Type)];
        if (key.IsAuto && key.Type != typeof(string))
        {
            forms.Add(new() { ["const"] = "auto" });
        }

        if (key.TakesNull)
        {
            forms.Add(new() { ["type"] = "null" });
        }

        var schema = forms.Count == 1 ? forms[0] : new JsonObject { ["anyOf"] = new JsonArray([.. forms]) };
        if (key.Default is not ("" or FilePaths { Count: 0 }))
        {
            schema["default"] = key.IsAuto && key.Default is null ? "auto" : Json(key.Default);
        }

        return schema;
    }

    private static IEnumerable<JsonObject> Forms(Type type) => type switch
    {
        _ when type == typeof(string) => [new() { ["type"] = "string" }],
        _ when type == typeof(FilePaths) => [new() { ["type"] = "string" }, List(typeof(string))],
        _ when type == typeof(bool) => [new() { ["type"] = "boolean" }],
        _ when type == typeof(int) => [new() { ["type"] = "integer" }],
        _ when type == typeof(double) => [new() { ["type"] = "number" }],
        _ when type == typeof(ClassWeights) => [Choice(type), List(typeof(double))],
        _ when type == typeof(ValueMap) => [new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") } }],
        _ when type.IsGenericType => [List(type.GenericTypeArguments[0])],
        _ => [Choice(type)],
    };

    private static JsonObject List(Type item) => new() { ["type"] = "array", ["items"] = Forms(item).Single() };

    private static JsonObject Choice(Type type) => new() { ["enum"] = new JsonArray([.. RecipeValue.Choices(type).Select(choice => JsonValue.Create(choice))]) };

    private static JsonNode? Json(object? value) => value switch
    {
        null => null,
        bool truth => truth,
        int number => number,
        double number => number,
        ValueList<Tracker> trackers => new JsonArray([.. trackers.Select(tracker => JsonValue.Create(RecipeText.Show(tracker)))]),
        _ => RecipeText.Show(value),
    };
}
