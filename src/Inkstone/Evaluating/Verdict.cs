using System.Text.Json.Nodes;

namespace Inkstone.Evaluating;

/// <summary>What the classifier said of a row, as an evaluation's tables show it.</summary>
internal sealed class Verdict
{
    private readonly IReadOnlyList<KeyValuePair<string, JsonNode?>> metadata;

    public Verdict(JudgedRow judged, IReadOnlyList<string> labels, bool withPairs)
    {
        Judged = judged;
        metadata = judged.Row.Metadata;
        var predicted = judged.Predicted;
        Probabilities = Evaluating.Probabilities.Softmax(judged.Logits);
        Confidence = Probabilities[predicted];
        IsWrong = predicted != judged.LabelId;
        Text = TextOf(judged, withPairs);
        Cells = [.. Text, labels[judged.LabelId], labels[predicted], Confidence];
    }

    public JudgedRow Judged { get; }

    public double[] Probabilities { get; }

    public double Confidence { get; }

    public bool IsWrong { get; }

    /// <summary>Id, text, and the second text where there are pairs.</summary>
    public JsonNode?[] Text { get; }

    /// <summary>Id, text, and with pairs the second text; what no csv holds (U+0000) is replaced.</summary>
    public static JsonNode?[] TextOf(JudgedRow judged, bool withPairs)
    {
        JsonNode?[] pair = withPairs ? [Readable(judged.Row.TextPair)] : [];
        return [judged.Row.Id, Readable(judged.Row.Text), .. pair];
    }

    private static string? Readable(string? text) => text?.Replace('\0', '\uFFFD');

    /// <summary><see cref="Text"/>, label, prediction, confidence.</summary>
    public JsonNode?[] Cells { get; }

    /// <summary>The data's own columns.</summary>
    public IEnumerable<JsonNode?> Others(string[] names) => names.Select(name => metadata.FirstOrDefault(column => column.Key == name).Value);
}
