using Inkstone.Text.Cleaning;

namespace Inkstone.Predicting;

/// <summary>Whatever labels texts: a fine-tuned encoder (<see cref="TextClassifier"/>), or a linear baseline.</summary>
public interface ITextClassifier : IDisposable
{
    /// <summary>Names in the order of the logits.</summary>
    IReadOnlyList<string> LabelNames { get; }

    /// <summary>What is done to texts first.</summary>
    CleaningOptions Cleaning { get; }

    /// <summary>Whether long texts are seen in several chunks.</summary>
    bool ChunksTexts { get; }

    /// <summary>Classifies many texts, or pairs of texts; results come in their order.</summary>
    /// <param name="texts">Texts, each with its pair or null.</param>
    /// <param name="batchDone">Told how many texts each finished batch had.</param>
    /// <param name="stop">Asked between batches.</param>
    IReadOnlyList<Prediction> Predict(IReadOnlyList<(string Text, string? TextPair)> texts, Action<int>? batchDone = null, CancellationToken stop = default);
}
