namespace Inkstone.Explaining;

/// <summary>Why a classifier says what it says of one text.</summary>
public sealed record Explanation
{
    /// <summary>The text as it was given.</summary>
    public required string Text { get; init; }

    /// <summary>The second text as it was given; null where there is none.</summary>
    public string? TextPair { get; init; }

    /// <summary>What the model saw of them.</summary>
    public required ExplainedDocument Document { get; init; }

    /// <summary>Names in the order of the logits.</summary>
    public required IReadOnlyList<string> LabelNames { get; init; }

    /// <summary>The document's logits, as predictions have them.</summary>
    public required IReadOnlyList<float> Logits { get; init; }

    /// <summary>Each chunk's logits.</summary>
    public required IReadOnlyList<IReadOnlyList<float>> ChunkLogits { get; init; }

    /// <summary>Softmax of <see cref="Logits"/>.</summary>
    public required IReadOnlyList<double> Probabilities { get; init; }

    /// <summary>The most probable label's id.</summary>
    public required int PredictedId { get; init; }

    /// <summary>The id of the label whose logit is explained.</summary>
    public required int LabelId { get; init; }

    /// <summary>The label that <see cref="Attribution.Contrast"/> holds against <see cref="LabelId"/>; null where nothing is compared.</summary>
    public int? RatherThanLabelId { get; init; }

    /// <summary>One map a method, in the order they were asked for.</summary>
    public required IReadOnlyList<Attribution> Attributions { get; init; }

    /// <summary>Name of the most probable label.</summary>
    public string Predicted => LabelNames[PredictedId];

    /// <summary>Name of the explained label.</summary>
    public string Label => LabelNames[LabelId];

    /// <summary>The places of the chunks whose logit of the explained label is highest, the highest first.</summary>
    /// <param name="count">How many at most.</param>
    public int[] StrongestChunks(int count) => [.. Enumerable.Range(0, ChunkLogits.Count).OrderByDescending(chunk => ChunkLogits[chunk][LabelId]).ThenBy(chunk => chunk).Take(count)];
}

/// <summary>What one method says of every token.</summary>
/// <param name="Method">The method.</param>
/// <param name="Scores">
/// One a token, chunk by chunk. Of gradients: the sum over the hidden dimension of the word vector's attribution, on the explained
/// label's logit of the document, not normalized. Of attention: weights that add up to 1 in each chunk.
/// </param>
public sealed record Attribution(ExplanationMethod Method, IReadOnlyList<IReadOnlyList<float>> Scores)
{
    /// <summary>The other label's map minus this one: what speaks for that label rather than this one. Null where nothing is compared.</summary>
    public AttributionMap? Contrast { get; init; }

    /// <summary>For Integrated Gradients: the sum of all scores minus <see cref="Change"/>. What is far from 0 needs more steps.</summary>
    public double? ConvergenceDelta { get; init; }

    /// <summary>For Integrated Gradients: the explained logit of the text minus that of the baseline, which the scores share out.</summary>
    public double? Change { get; init; }

    /// <summary>For Integrated Gradients: where the path began.</summary>
    public ExplanationBaseline? Baseline { get; init; }

    /// <summary>For attention: which weights the scores are.</summary>
    public AttentionView? View { get; init; }

    /// <summary>For attention: all weights, one object a chunk.</summary>
    public IReadOnlyList<AttentionWeights>? Attention { get; init; }

    /// <summary>The map to show, and its delta and change: those of <see cref="Contrast"/> where there is one, else its own.</summary>
    public AttributionMap Shown => Contrast ?? new(Scores) { ConvergenceDelta = ConvergenceDelta, Change = Change };

    /// <summary>Whether the map to show needs more steps.</summary>
    public bool IsRough => Shown.IsRough;
}

/// <summary>A score for every token, of a logit or of the difference of two, and how far they add up to what they share out.</summary>
/// <param name="Scores">One a token, chunk by chunk.</param>
public sealed record AttributionMap(IReadOnlyList<IReadOnlyList<float>> Scores)
{
    /// <summary>For Integrated Gradients: the sum of all scores minus <see cref="Change"/>.</summary>
    public double? ConvergenceDelta { get; init; }

    /// <summary>For Integrated Gradients: by how much the logit, or the difference of the two, grows from the baseline to the text.</summary>
    public double? Change { get; init; }

    /// <summary>Whether <see cref="ConvergenceDelta"/> is more than a twentieth of what was to be shared out.</summary>
    public bool IsRough => Math.Abs(ConvergenceDelta ?? 0) > 0.05 * Math.Max(Math.Abs(Change ?? 0), 0.01);
}
