using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Text.Chunking;
using Inkstone.Text.Cleaning;
using Inkstone.Torch;

namespace Inkstone.Predicting;

/// <summary>How to load a classifier for prediction.</summary>
public sealed record TextClassifierOptions
{
    /// <summary>Matrix products in bfloat16: faster on processors that have it, logits differ in the third digit. Default false.</summary>
    public bool Bf16 { get; init; }

    /// <summary>Most tokens that go through the model at once. </summary>
    public int BatchTokens { get; init; } = LogitsReader.DefaultBatchTokens;

    /// <summary>
    /// Divide logits by the temperature that the checkpoint keeps, so that probabilities mean what they say. What is predicted stays the same, and so do
    /// the logits. Default false: probabilities are the softmax of the logits, as in Python.
    /// </summary>
    public bool Calibrated { get; init; }

    /// <summary>Where to compute; null takes the first GPU, or else the processor.</summary>
    public Device? Device { get; init; }

    /// <summary>Changes what the checkpoint remembers, such as its <c>max_length</c>.</summary>
    public Func<ClassifierSettings, ClassifierSettings>? Adjust { get; init; }
}

/// <summary>
/// A trained classifier, or the mean of several, to embed in your program. Load it once, use it from as many threads as you like,
/// dispose it at the end.
/// </summary>
public sealed class TextClassifier : ITextClassifier
{
    private readonly IReadOnlyList<Classifier> members;
    private readonly IReadOnlyList<string> paths;
    private readonly int batchTokens;
    private readonly Temperature? temperature;

    private TextClassifier(IReadOnlyList<Classifier> members, IReadOnlyList<string> paths, int batchTokens, Temperature? temperature)
    {
        this.temperature = temperature;
        this.members = members;
        this.paths = paths;
        this.batchTokens = batchTokens;
    }

    /// <summary>Names in the order of the logits.</summary>
    public IReadOnlyList<string> LabelNames => members[0].LabelNames;

    /// <summary>What the checkpoint remembers of its training; of several, the first.</summary>
    public ClassifierSettings Settings => members[0].Settings;

    /// <inheritdoc/>
    public CleaningOptions Cleaning => Settings.Cleaning;

    /// <inheritdoc/>
    public bool ChunksTexts => Settings.Tokenizer.LongText == Recipes.LongText.Chunk;

    /// <summary>Loads a checkpoint folder, or a run's best checkpoint.</summary>
    /// <exception cref="InvalidCheckpointException">The folder is none, or holds no trained classifier.</exception>
    /// <exception cref="Torch.Serialization.InvalidWeightsException">Its weights cannot be read.</exception>
    public static TextClassifier Load(string path, TextClassifierOptions? options = null) => Load([path], options);

    /// <summary>Loads several checkpoints as one: its logits are the mean of theirs. Each cleans and encodes texts in its own way.</summary>
    /// <param name="paths">At least one. What is said of a text beside its scores is what the first sees of it.</param>
    /// <param name="options">For all of them.</param>
    /// <exception cref="InvalidCheckpointException">A folder is none or holds no trained classifier, or their labels differ.</exception>
    /// <exception cref="Torch.Serialization.InvalidWeightsException">Its weights cannot be read.</exception>
    public static TextClassifier Load(IReadOnlyList<string> paths, TextClassifierOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count);
        options ??= new();
        var temperature = options.Calibrated ? TemperatureOf(paths) : null;
        var members = new List<Classifier>();
        try
        {
            foreach (var path in paths)
            {
                var member = Classifier.Load(path, options.Device, options.Adjust);
                members.Add(member);
                member.UseForInference(options.Bf16);
                if (!member.LabelNames.SequenceEqual(members[0].LabelNames))
                {
                    throw new InvalidCheckpointException(
                        path, $"has the labels {string.Join(", ", member.LabelNames)}, but {paths[0]} has {string.Join(", ", members[0].LabelNames)}; an ensemble needs the same labels in the same order.");
                }
            }

            return new(members, paths, options.BatchTokens, temperature);
        }
        catch
        {
            members.ForEach(member => member.Dispose());
            throw;
        }
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
        var readings = new Reading[members.Count];
        for (var index = 0; index < readings.Length; index++)
        {
            // Whoever counts texts counts them once, with the last member.
            readings[index] = Read(members[index], texts, index == members.Count - 1 ? batchDone : null, stop);
        }

        var predictions = new Prediction[texts.Count];
        for (var row = 0; row < predictions.Length; row++)
        {
            predictions[row] = Describe(texts[row].Text, row, readings);
        }

        return predictions;
    }

    /// <summary>Frees the model.</summary>
    public void Dispose()
    {
        foreach (var member in members)
        {
            member.Dispose();
        }
    }

    /// <summary>The temperature of the one model.</summary>
    private static Temperature TemperatureOf(IReadOnlyList<string> paths)
    {
        if (paths.Count > 1)
        {
            throw new InvalidCheckpointException(paths[1], "votes with others: the mean of several models' logits has no temperature. Calibrated probabilities are those of one model.");
        }

        var folder = ModelLocation.Resolve(paths[0]);
        return Temperature.Read(folder) ?? throw new InvalidCheckpointException(
            folder, $"has no {Temperature.FileName}: none was fitted. A run leaves one in its best/, unless there were no validation rows or all of them were right. Without calibration, probabilities are the softmax of the logits.");
    }

    /// <summary>What one member makes of texts.</summary>
    private readonly record struct Reading(string[] CleanedTexts, IReadOnlyList<EncodedDocument> Documents, DocumentScores[] Scores);

    private Reading Read(Classifier member, IReadOnlyList<(string Text, string? TextPair)> texts, Action<int>? batchDone, CancellationToken stop)
    {
        var cleaned = member.Encoder.CleanAll(texts, Environment.ProcessorCount, stop);
        var documents = member.Encoder.EncodeAllCleaned(cleaned, Environment.ProcessorCount, stop);
        return new([.. cleaned.Select(text => text.Text)], documents, LogitsReader.Read(member, documents, batchSize: 1, batchTokens, batchDone, stop));
    }

    private DocumentScores Mean(int row, Reading[] readings)
    {
        if (readings.Length == 1)
        {
            return readings[0].Scores[row];
        }

        var chunks = readings[0].Scores[row].Chunks.Length;
        for (var index = 1; index < readings.Length; index++)
        {
            if (readings[index].Scores[row].Chunks.Length != chunks)
            {
                throw new InvalidCheckpointException(paths[index], FormattableString.Invariant(
                    $"cuts a text into {readings[index].Scores[row].Chunks.Length} chunks, but {paths[0]} into {chunks}; members of an ensemble have to cut long texts alike: set tokenizer.max_length, stride and max_chunks with --set."));
            }
        }

        return new(
            MeanOf(reading => reading.Scores[row].Document),
            [.. Enumerable.Range(0, chunks).Select(chunk => MeanOf(reading => reading.Scores[row].Chunks[chunk]))]);

        float[] MeanOf(Func<Reading, float[]> logits) =>
            [.. Enumerable.Range(0, LabelNames.Count).Select(id => (float)readings.Average(reading => (double)logits(reading)[id]))];
    }

    private Prediction Describe(string text, int row, Reading[] readings)
    {
        var (cleanedText, document, scores) = (readings[0].CleanedTexts[row], readings[0].Documents[row], Mean(row, readings));
        var probabilities = temperature is null
            ? Probabilities.Softmax(scores.Document)
            : Probabilities.Softmax(temperature.Apply(Array.ConvertAll(scores.Document, logit => (double)logit)));
        var labels = new LabelScore[probabilities.Length];
        for (var id = 0; id < labels.Length; id++)
        {
            labels[id] = new(LabelNames[id], id, probabilities[id], scores.Document[id]);
        }

        Array.Sort(labels, (left, right) => left.Logit != right.Logit ? right.Logit.CompareTo(left.Logit) : left.LabelId.CompareTo(right.LabelId));
        var chunks = document.Chunks.Select((chunk, index) =>
            new ChunkPrediction(index, chunk.Start, chunk.End, Array.ConvertAll(scores.Chunks[index], logit => (double)logit)));
        return new(text, cleanedText, labels[0].Label, labels[0].Probability, labels, readings.Any(reading => reading.Documents[row].Truncated),
            readings.Sum(reading => reading.Documents[row].Chunks.Sum(chunk => chunk.InputIds.Length)), [.. chunks]);
    }
}
