using System.Text.Json;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Explaining;

/// <summary>Explanations as a JSON array: one object for each text, method and chunk.</summary>
/// <remarks>Write each explanation as it comes; the array ends when this is disposed.</remarks>
public sealed class ExplanationJson : IDisposable
{
    private readonly Utf8JsonWriter json;
    private readonly UnitKind unit;
    private readonly int? topChunks;

    /// <summary>Begins the array.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="unit">Characters and words are given beside the tokens where they are asked for.</param>
    /// <param name="topChunks">Of a document only so many chunks, those that speak most for the label; null: all, in the order of the text.</param>
    public ExplanationJson(Stream stream, UnitKind unit, int? topChunks = null)
    {
        json = new(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = false });
        (this.unit, this.topChunks) = (unit, topChunks);
        json.WriteStartArray();
    }

    /// <summary>Adds an explanation.</summary>
    public void Write(Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        int[] chunks = topChunks is { } count ? explanation.StrongestChunks(count) : [.. Enumerable.Range(0, explanation.ChunkLogits.Count)];
        foreach (var attribution in explanation.Attributions)
        {
            foreach (var chunk in chunks)
            {
                WriteChunk(explanation, attribution, chunk, withUnits: chunk == chunks[0]);
                json.Flush();
            }
        }
    }

    /// <summary>Ends the array.</summary>
    public void Dispose()
    {
        if (json.CurrentDepth == 1)   // deeper: something went wrong within an object, and its message is what counts
        {
            json.WriteEndArray();
        }

        json.Dispose();
    }

    private void WriteChunk(Explanation explanation, Attribution attribution, int index, bool withUnits)
    {
        var document = explanation.Document;
        var chunk = document.Document.Chunks[index];
        json.WriteStartObject();
        json.WriteString("text", explanation.Text);
        if (explanation.TextPair is { } pair)
        {
            json.WriteString("text_pair", pair);
        }

        if (document.Text != explanation.Text || document.Pair != explanation.TextPair)
        {
            json.WriteString("cleaned_text", document.Text);   // what offsets count in
            if (document.Pair is { } cleanedPair)
            {
                json.WriteString("cleaned_text_pair", cleanedPair);
            }
        }

        json.WriteString("label", explanation.Label);
        json.WriteString("predicted", explanation.Predicted);
        json.WriteString("method", ExplanationMethods.NameOf(attribution.Method));
        if (attribution.View is { } view)
        {
            json.WriteString("attention", view.ToString());
            json.WriteBoolean("exploratory", true);
        }

        WriteArray("tokens", document.Tokens[index], json.WriteStringValue);
        WriteArray("input_ids", chunk.InputIds, json.WriteNumberValue);
        if (chunk.TokenTypeIds is { } types)
        {
            WriteArray("token_type_ids", types, json.WriteNumberValue);
        }

        WriteArray("offsets", chunk.Offsets!, WriteSpan);
        WriteArray("scores", attribution.Scores[index], json.WriteNumberValue);
        if (attribution.Contrast is { } contrast)
        {
            json.WriteStartObject("contrast");
            json.WriteString("label", explanation.LabelNames[explanation.RatherThanLabelId!.Value]);
            WriteArray("scores", contrast.Scores[index], json.WriteNumberValue);
            if (contrast.ConvergenceDelta is { } contrastDelta)
            {
                json.WriteNumber("delta", contrastDelta);
            }

            json.WriteEndObject();
        }

        WriteLogits("logits", explanation.LabelNames, explanation.Logits);
        if (attribution.ConvergenceDelta is { } delta)
        {
            json.WriteNumber("delta", delta);
            json.WriteString("baseline", attribution.Baseline!.Value.ToString().ToLowerInvariant());
        }

        json.WriteBoolean("truncated", document.Document.Truncated);
        if (document.Document.Chunks.Count > 1)
        {
            json.WriteNumber("chunk_idx", index);
            WriteLogits("chunk_logits", explanation.LabelNames, explanation.ChunkLogits[index]);
        }

        if (unit != UnitKind.Token && withUnits)
        {
            WriteUnits(document, attribution);
        }

        json.WriteEndObject();
    }

    /// <summary>Units are of the whole text, so the first object of a text alone has them.</summary>
    private void WriteUnits(ExplainedDocument document, Attribution attribution)
    {
        var texts = ScoredText.Of(document, attribution);
        for (var index = 0; index < texts.Count; index++)
        {
            var name = unit == UnitKind.Word ? "words" : "characters";
            WriteArray(index == 0 ? name : $"{name}_pair", texts[index].By(unit), WriteUnit);
        }

        void WriteUnit(TextUnit of)
        {
            json.WriteStartObject();
            json.WriteString("text", of.Text);
            json.WriteNumber("start", of.Start);
            json.WriteNumber("end", of.End);
            if (of.Score is { } score)
            {
                json.WriteNumber("score", score);
            }
            else
            {
                json.WriteNull("score");
            }

            json.WriteEndObject();
        }
    }

    private void WriteSpan(CharSpan span)
    {
        json.WriteStartArray();
        json.WriteNumberValue(span.Start);
        json.WriteNumberValue(span.End);
        json.WriteEndArray();
    }

    private void WriteArray<T>(string name, IEnumerable<T> values, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            write(value);
        }

        json.WriteEndArray();
    }

    private void WriteLogits(string name, IReadOnlyList<string> labels, IReadOnlyList<float> logits)
    {
        json.WriteStartObject(name);
        for (var id = 0; id < labels.Count; id++)
        {
            json.WriteNumber(labels[id], logits[id]);
        }

        json.WriteEndObject();
    }
}
