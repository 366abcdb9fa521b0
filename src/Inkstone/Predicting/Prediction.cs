namespace Inkstone.Predicting;

/// <summary>What a classifier says of one text.</summary>
/// <param name="Text">The text as it was given.</param>
/// <param name="CleanedText">The text as the checkpoint's cleaning left it: what became tokens, and what chunks count their characters in.</param>
/// <param name="Label">The most probable label.</param>
/// <param name="Confidence">Its probability, 0 to 1.</param>
/// <param name="Scores">Every label, most probable first.</param>
/// <param name="Truncated">True where the model saw only a part of the text.</param>
/// <param name="TokenCount">Tokens that went through the model, special ones and overlaps included.</param>
/// <param name="Chunks">The pieces that the model saw; one, unless the classifier chunks long texts.</param>
public sealed record Prediction(
    string Text, string CleanedText, string Label, double Confidence, IReadOnlyList<LabelScore> Scores, bool Truncated, int TokenCount, IReadOnlyList<ChunkPrediction> Chunks)
{
    /// <summary>The label, or null where its probability is below a threshold: better no answer than a wrong one.</summary>
    public string? LabelFrom(double rejectBelow) => Confidence < rejectBelow ? null : Label;

    /// <summary>The chunks that speak most for the predicted label, by its logit; of equal ones the earlier first.</summary>
    /// <param name="count">At most so many.</param>
    public IReadOnlyList<ChunkPrediction> TopChunks(int count) =>
        [.. Chunks.OrderByDescending(chunk => chunk.Logits[Scores[0].LabelId]).ThenBy(chunk => chunk.ChunkIdx).Take(count)];

    /// <summary>What a chunk covers of <see cref="CleanedText"/>.</summary>
    public string TextOf(ChunkPrediction chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        var (first, length) = (0, 0);
        foreach (var (place, rune) in CleanedText.EnumerateRunes().Index())
        {
            if (place >= chunk.End)
            {
                break;
            }

            (first, length) = place < chunk.Start ? (first + rune.Utf16SequenceLength, 0) : (first, length + rune.Utf16SequenceLength);
        }

        return CleanedText.Substring(first, length);
    }
}

/// <summary>A label's share in a prediction.</summary>
/// <param name="Label">Its name.</param>
/// <param name="LabelId">Its place among the logits.</param>
/// <param name="Probability">Softmax of the logits, 0 to 1.</param>
/// <param name="Logit">What the model gave.</param>
public readonly record struct LabelScore(string Label, int LabelId, double Probability, double Logit);

/// <summary>A chunk's share in a prediction.</summary>
/// <param name="ChunkIdx">0-based.</param>
/// <param name="Start">First character of the cleaned text that it covers, in Unicode code points.</param>
/// <param name="End">The character after its last.</param>
/// <param name="Logits">One for each label, in the order of their ids.</param>
public sealed record ChunkPrediction(int ChunkIdx, int Start, int End, IReadOnlyList<double> Logits);
