using System.Text.Encodings.Web;
using System.Text.Json;

namespace Inkstone.Cli;

/// <summary>How our one-line JSON results are written.</summary>
internal static class JsonForms
{
    public static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
