using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Predicting;
using Inkstone.Text.Cleaning;

namespace Inkstone.Baselines;

/// <summary>A linear baseline that labels texts, as <see cref="TextClassifier"/> does with an encoder.</summary>
public sealed class LinearTextClassifier : ITextClassifier
{
    private readonly LinearClassifier classifier;
    private readonly TextCleaner cleaner;

    private LinearTextClassifier(LinearClassifier classifier) => (this.classifier, cleaner) = (classifier, TextCleaner.For(classifier.Cleaning));

    /// <inheritdoc/>
    public IReadOnlyList<string> LabelNames => classifier.LabelNames;

    /// <inheritdoc/>
    public CleaningOptions Cleaning => classifier.Cleaning;

    /// <inheritdoc/>
    public bool ChunksTexts => false;

    /// <summary>Loads a folder that <c>inkstone baseline</c> made, or a run's <c>baseline/</c>.</summary>
    /// <exception cref="InvalidCheckpointException">It is none.</exception>
    /// <exception cref="Torch.Serialization.InvalidWeightsException">Its weights cannot be read.</exception>
    public static LinearTextClassifier Load(string folder) => new(LinearClassifier.Load(folder));

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<(string Text, string? TextPair)> texts, Action<int>? batchDone = null, CancellationToken stop = default) =>
    [
        .. texts.AsParallel().AsOrdered().WithCancellation(stop).Select(text => Predict(text.Text, text.TextPair)).AsSequential().Select(prediction =>
        {
            batchDone?.Invoke(1);   // on one thread: who counts need not lock
            return prediction;
        }),
    ];

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private Prediction Predict(string text, string? textPair)
    {
        var cleaned = cleaner.Clean(text);
        var logits = classifier.Logits(cleaned, textPair is null ? null : cleaner.Clean(textPair));
        var probabilities = Probabilities.Softmax(logits);
        LabelScore[] scores = [.. LabelNames.Select((label, id) => new LabelScore(label, id, probabilities[id], logits[id])).OrderByDescending(score => score.Logit).ThenBy(score => score.LabelId)];
        var length = cleaned.Length - cleaned.Count(char.IsLowSurrogate);
        return new(text, cleaned, scores[0].Label, scores[0].Probability, scores, Truncated: false, TokenCount: length, [new(0, 0, length, logits)]);
    }
}
