using System.Text.Json.Nodes;
using Inkstone.Predicting;
using Inkstone.Text.Corpora;

namespace Inkstone.Cli;

/// <summary>A prediction as a row of a file: what we say of the text, then the input's other columns under their names.</summary>
internal static class PredictionRow
{
    public static IReadOnlyList<KeyValuePair<string, JsonNode?>> Of(Row row, Prediction prediction, IReadOnlyList<string> labelNames, bool alwaysChunks, bool cleans, PredictionShow show)
    {
        var byId = prediction.Scores.OrderBy(score => score.LabelId).ToArray();
        var columns = new List<KeyValuePair<string, JsonNode?>>();
        columns.Add(new("text", prediction.Text));
        if (row.TextPair is not null)
        {
            columns.Add(new("text_pair", row.TextPair));
        }

        columns.Add(new("label", prediction.LabelFrom(show.RejectBelow)));
        columns.Add(new("confidence", prediction.Confidence));
        columns.Add(new("probabilities", new JsonObject(byId.Select(score => KeyValuePair.Create<string, JsonNode?>(score.Label, score.Probability)))));
        columns.Add(new("logits", new JsonObject(byId.Select(score => KeyValuePair.Create<string, JsonNode?>(score.Label, score.Logit)))));
        columns.Add(new("truncated", prediction.Truncated));
        if (prediction.Chunks.Count > 1 || alwaysChunks)
        {
            if (cleans)
            {
                columns.Add(new("cleaned_text", prediction.CleanedText));   // what start and end of the chunks count in
            }

            columns.Add(new("chunks", new JsonArray([.. prediction.Chunks.Select(chunk => ChunkOf(chunk, labelNames))])));
        }

        if (show.TopChunks > 0)
        {
            columns.Add(new("top_chunks", new JsonArray([.. prediction.TopChunks(show.TopChunks).Select(chunk => new JsonObject
            {
                ["chunk_idx"] = chunk.ChunkIdx,
                ["start"] = chunk.Start,
                ["end"] = chunk.End,
                ["logit"] = chunk.Logits[prediction.Scores[0].LabelId],
                ["text"] = prediction.TextOf(chunk),
            })])));
        }

        OtherColumns.AddTo(columns, row.Metadata);
        return columns;
    }

    private static JsonObject ChunkOf(ChunkPrediction chunk, IReadOnlyList<string> labelNames) => new()
    {
        ["chunk_idx"] = chunk.ChunkIdx,
        ["start"] = chunk.Start,
        ["end"] = chunk.End,
        ["logits"] = new JsonObject(chunk.Logits.Select((logit, id) => KeyValuePair.Create<string, JsonNode?>(labelNames[id], logit))),
    };
}
