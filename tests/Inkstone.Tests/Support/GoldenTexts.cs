using System.Text.Json;
using Inkstone.Checkpoints;
using Inkstone.Predicting;
using Shouldly;

namespace Inkstone.Tests.Support;

/// <summary>A raw text, and what transformers made of it with <c>models/bert</c> at a maximum length of 64.</summary>
internal sealed record GoldenText(string Text, int[] InputIds, float[] Logits, double[] Probabilities, string Label);

/// <summary>Reads <c>models/bert.texts.jsonl</c>, and scores its texts with a classifier of ours.</summary>
internal static class GoldenTexts
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<GoldenText> All { get; } =
        [.. File.ReadLines(Repo.Golden("models", "bert.texts.jsonl")).Select(line => JsonSerializer.Deserialize<GoldenText>(line, Json)!)];

    /// <summary>Logits by way of ids: what the weights say, whatever the tokenizer does.</summary>
    public static float[][] LogitsOf(Classifier classifier) =>
        [.. LogitsReader.Read(classifier.Model, [.. All.Select(text => TestDocuments.OfOneChunk(text.InputIds))], 8, null, null, default).Select(scores => scores.Document)];

    public static void ShouldBeTheReferences(float[][] logits, double tolerance = 1e-5, double relative = 1e-4)
    {
        logits.Length.ShouldBe(All.Count);
        for (var row = 0; row < logits.Length; row++)
        {
            TensorShould.BeClose(logits[row], All[row].Logits, All[row].Text, tolerance, relative);
        }
    }
}
