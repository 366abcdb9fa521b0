using Inkstone.Text.Corpora;

namespace Inkstone.Evaluating;

/// <summary>A labelled row and the logits that a classifier gave it.</summary>
/// <param name="Row">The row as its file has it.</param>
/// <param name="LabelId">Its true class.</param>
/// <param name="Logits">One for each class.</param>
public sealed record JudgedRow(Row Row, int LabelId, double[] Logits)
{
    /// <summary>Whether its text stood among the training rows; null where these are not known.</summary>
    public bool? Seen { get; init; }

    /// <summary>Whether the classifier saw only a part of the text; null where that is not known.</summary>
    public bool? Truncated { get; init; }

    /// <summary>What its chunks say by themselves; null where that is not known.</summary>
    public ChunkVotes? Chunks { get; init; }

    /// <summary>The predicted class: the highest logit.</summary>
    public int Predicted => Probabilities.IndexOfHighest(Logits);

    /// <summary>Whether another class than the true one was predicted.</summary>
    public bool IsWrong => Predicted != LabelId;

    /// <summary>The predicted class's probability.</summary>
    public double Confidence => Probabilities.Softmax(Logits)[Predicted];
}
