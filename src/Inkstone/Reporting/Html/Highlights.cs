using System.Text.Json.Nodes;

namespace Inkstone.Reporting.Html;

/// <summary>Attributions as the page colors its rows with: each text once, whatever the number of its chunks, and so many that the page stays light.</summary>
internal static class Highlights
{
    private const int MostTokens = 150_000;   // some 4 MB of offsets and scores

    private static readonly string[] OfChunk = ["offsets", "scores", "token_type_ids"];

    /// <summary>The explained texts that are among the judged rows, in their order; each knows the numbers of its rows.</summary>
    /// <param name="explanations">What <c>inkstone explain --output FILE.json</c> writes: an object for each text, method and chunk.</param>
    /// <param name="rows">The judged rows.</param>
    public static JsonArray Of(JsonArray explanations, IReadOnlyList<PredictedRow> rows)
    {
        var numbers = rows.Index().ToLookup(row => (row.Item.Text, row.Item.TextPair), row => row.Index + 1);
        var highlights = new JsonArray();
        var tokens = 0;
        foreach (var text in explanations.OfType<JsonObject>().GroupBy(of => (Text: Text(of, "text"), Pair: Text(of, "text_pair"), Method: Text(of, "method"), Label: Text(of, "label"))))
        {
            int[] places = [.. numbers[(text.Key.Text ?? "", text.Key.Pair)]];
            tokens += places.Length == 0 ? 0 : text.Sum(chunk => (chunk["scores"] as JsonArray)?.Count ?? 0);
            if (places.Length == 0 || tokens > MostTokens)
            {
                continue;
            }

            highlights.Add(new JsonObject
            {
                ["rows"] = new JsonArray([.. places.Select(place => (JsonNode?)place)]),
                ["method"] = text.Key.Method,
                ["label"] = text.Key.Label,
                ["text"] = Text(text.First(), "cleaned_text") ?? text.Key.Text,
                ["chunks"] = new JsonArray([.. text.Select(chunk =>
                    new JsonObject(OfChunk.Where(chunk.ContainsKey).Select(name => KeyValuePair.Create(name, chunk[name]?.DeepClone()))))]),
            });
        }

        return highlights;
    }

    private static string? Text(JsonObject of, string name) => of[name]?.ToString();
}
