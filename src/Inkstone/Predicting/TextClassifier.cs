using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Text.Chunking;
using Inkstone.Torch;

namespace Inkstone.Predicting;

/// <summary>How to load a classifier for prediction.</summary>
public sealed record TextClassifierOptions
{
    /// <summary>Matrix products in bfloat16: faster on processors that have it, logits differ in the third digit. Default false.</summary>
    public bool Bf16 { get; init; }

    /// <summary>Most tokens that go through the model at once. </summary>
    public int BatchTokens { get; init; } = LogitsReader.DefaultBatchTokens;

    /// <summary>Where to compute; null takes the first GPU, or else the processor.</summary>
    public Device? Device { get; init; }

    /// <summary>Changes what the checkpoint remembers, such as its <c>max_length</c>.</summary>
    public Func<ClassifierSettings, ClassifierSettings>? Adjust { get; init; }
}

/// <summary>
/// A trained classifier to embed in your program. Load it once, use it from as many threads as you like, dispose it at
/// the end.
/// </summary>
public sealed class TextClassifier : IDisposable
{
    private readonly Classifier classifier;
    private readonly int batchTokens;

    private TextClassifier(Classifier classifier, int batchTokens)
    {
        this.classifier = classifier;
        this.batchTokens = batchTokens;
    }

    /// <summary>Names in the order of the logits.</summary>
    public IReadOnlyList<string> LabelNames => classifier.LabelNames;

    /// <summary>What the checkpoint remembers of its training.</summary>
    public ClassifierSettings Settings => classifier.Settings;

    /// <summary>Loads a checkpoint folder, or a run's best checkpoint.</summary>
    /// <exception cref="InvalidCheckpointException">The folder is none, or holds no trained classifier.</exception>
    /// <exception cref="Torch.Serialization.InvalidWeightsException">Its weights cannot be read.</exception>
    public static TextClassifier Load(string path, TextClassifierOptions? options = null)
    {
        options ??= new();
        var classifier = Classifier.Load(path, options.Device, options.Adjust);
        classifier.UseForInference(options.Bf16);
        return new(classifier, options.BatchTokens);
    }

    /// <summary>Classifies one text.</summary>
    public Prediction Predict(string text, string? textPair = null) => Predict([(text, textPair)])[0];

    /// <summary>Classifies many texts; results come in their order.</summary>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<string> texts) =>
        Predict([.. texts.Select(text => (text, (string?)null))]);

    /// <summary>Classifies many texts, or pairs of texts; results come in their order.</summary>
    /// <param name="texts">Texts, each with its pair or null.</param>
    /// <param name="batchDone">Told how many texts each finished batch had.</param>
    /// <param name="stop">Asked between batches.</param>
    public IReadOnlyList<Prediction> Predict(
        IReadOnlyList<(string Text, string? TextPair)> texts, Action<int>? batchDone = null, CancellationToken stop = default)
    {
        var cleaned = classifier.Encoder.CleanAll(texts, Environment.ProcessorCount, stop);
        var documents = classifier.Encoder.EncodeAllCleaned(cleaned, Environment.ProcessorCount, stop);
        var scores = LogitsReader.Read(classifier, documents, batchSize: 1, batchTokens, batchDone, stop);
        var predictions = new Prediction[texts.Count];
        for (var row = 0; row < predictions.Length; row++)
        {
            predictions[row] = Describe(texts[row].Text, cleaned[row].Text, documents[row], scores[row]);
        }

        return predictions;
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => classifier.Dispose();

    private Prediction Describe(string text, string cleanedText, EncodedDocument document, DocumentScores scores)
    {
        var probabilities = Probabilities.Softmax(scores.Document);
        var labels = new LabelScore[probabilities.Length];
        for (var id = 0; id < labels.Length; id++)
        {
            labels[id] = new(LabelNames[id], id, probabilities[id], scores.Document[id]);
        }

        Array.Sort(labels, (left, right) => left.Logit != right.Logit ? right.Logit.CompareTo(left.Logit) : left.LabelId.CompareTo(right.LabelId));
        var chunks = document.Chunks.Select((chunk, index) =>
            new ChunkPrediction(index, chunk.Start, chunk.End, Array.ConvertAll(scores.Chunks[index], logit => (double)logit)));
        return new(text, cleanedText, labels[0].Label, labels[0].Probability, labels, document.Truncated, document.Chunks.Sum(chunk => chunk.InputIds.Length), [.. chunks]);
    }
}
