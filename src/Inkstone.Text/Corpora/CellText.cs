using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inkstone.Text.Corpora;

/// <summary>A value as the cell of a table whose cells are texts.</summary>
internal static class CellText
{
    /// <summary>A string as it is, anything else as JSON in which Chinese stands as it is; null for null.</summary>
    public static string? Of(JsonNode? value) => value switch
    {
        null => null,
        JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => scalar.GetValue<string>(),
        _ => value.ToJsonString(PlainJsonEncoder.Options),
    };
}
