using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Text.Cleaning;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;

namespace Inkstone.Baselines;

/// <summary>
/// What a bag of characters can do: a linear classifier over character n-grams. Sublinear TF-IDF of unit length (<c>1 + ln count</c>, smoothed
/// inverse document frequency), multinomial logistic regression with an L2 penalty. It sees whole texts, however long.
/// </summary>
/// <remarks>An encoder that is no better than this has not earned its minutes. Safe to use from many threads.</remarks>
public sealed class LinearClassifier
{
    /// <summary>Name of the file that makes a folder one of this kind.</summary>
    public const string FileName = "baseline.json";

    private const int Window = 256;
    private const int SampledRows = 2000;
    private const string WeightsName = "baseline.safetensors";
    private const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly NgramVocabulary vocabulary;
    private readonly LinearWeights weights;

    private LinearClassifier(NgramVocabulary vocabulary, LinearWeights weights, IReadOnlyList<string> labelNames, CleaningOptions cleaning) =>
        (this.vocabulary, this.weights, LabelNames, Cleaning) = (vocabulary, weights, labelNames, cleaning);

    /// <summary>Names in the order of the logits.</summary>
    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>What is done to texts first.</summary>
    public CleaningOptions Cleaning { get; }

    /// <summary>How many n-grams it knows.</summary>
    public int Features => vocabulary.Count;

    /// <summary>Learns from rows; the same rows and options give the same numbers, whatever the number of threads.</summary>
    /// <param name="rows">The training rows, cleaned: enumerated three times, never all in memory.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="labelNames">Names in the order of their ids.</param>
    /// <param name="classWeights">What a row of each class counts, in the order of the ids; null where all count the same.</param>
    /// <param name="cleaning">What was done to the texts, so that it is done again when predicting.</param>
    /// <param name="options">How it learns.</param>
    /// <param name="notice">Told when not every row is used.</param>
    /// <param name="stop">Ends the work.</param>
    public static LinearClassifier Fit(
        Func<IEnumerable<LabelledText>> rows, int count, IReadOnlyList<string> labelNames, IReadOnlyList<double>? classWeights, CleaningOptions cleaning,
        BaselineOptions options, Action<string> notice, CancellationToken stop)
    {
        var longest = options.LongestNgram ?? (MeanLength(rows()) > BaselineOptions.LongText ? 2 : 3);
        var looked = Math.Min(count, options.MostRows);
        var vocabulary = NgramVocabulary.Of(Ngrams(Spread(rows(), looked, count)).Select(row => row.Ngrams), longest, options, labelNames.Count, stop, out var entries);
        var taken = entries <= options.MostEntries ? looked : (int)(looked * ((double)options.MostEntries / entries));
        taken = Math.Min(taken, options.MostWeights / labelNames.Count);   // a distribution over the classes is kept for each row, too
        if (taken < count)
        {
            notice(FormattableString.Invariant($"The baseline learns from {taken} of {count} training rows, evenly spread: more would take more memory than it is worth."));
        }

        var features = new FeatureRows(vocabulary, (int)Math.Min(entries, options.MostEntries));
        foreach (var (row, ngrams) in Ngrams(Spread(rows(), taken, count)))
        {
            stop.ThrowIfCancellationRequested();
            features.Add(vocabulary.Features(ngrams), row.LabelId);
        }

        var weights = LogisticRegression.Fit(features, vocabulary.Count, MeanOne(classWeights, features.LabelIds, labelNames.Count), options, stop);
        return new(vocabulary, weights, labelNames, cleaning);

        IEnumerable<(LabelledText Row, (ulong, byte)[] Ngrams)> Ngrams(IEnumerable<LabelledText> texts) => Prefetch.InOrder(
            texts.Chunk(Window), window => Array.ConvertAll(window, row => (row, Baselines.Ngrams.Of(row.Text, row.TextPair, longest))), Environment.ProcessorCount)
            .SelectMany(window => window);
    }

    /// <summary>The logits of a text that is cleaned already; their softmax is the classes' probabilities.</summary>
    public double[] Logits(string text, string? textPair = null)
    {
        var row = new FeatureRows(vocabulary, 0);
        row.Add(vocabulary.Features(Ngrams.Of(text, textPair, vocabulary.Longest)), labelId: 0);
        var values = new float[row.Longest];
        row.Values(0, values);
        var logits = new float[LinearWeights.Stride(LabelNames.Count)];
        weights.Logits(row.Features(0), values, logits);
        return [.. logits.Take(LabelNames.Count).Select(logit => (double)logit)];
    }

    /// <summary>Whether a folder holds one of this kind.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Writes <c>baseline.json</c> and <c>baseline.safetensors</c> into a folder; other files in it stay.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        var table = new float[(Features + 1) * LabelNames.Count];
        for (var feature = 0; feature <= Features; feature++)
        {
            weights.Of(feature).CopyTo(table.AsSpan(feature * LabelNames.Count));
        }

        // The weights first: a folder counts as one of this kind by its json.
        SafetensorsWriter.Write(Path.Combine(folder, WeightsName), [
            StoredTensor.CopyOf("ngrams", DType.Int64, [Features], MemoryMarshal.AsBytes(vocabulary.Ngrams.AsSpan())),
            StoredTensor.CopyOf("inverse_document_frequencies", DType.Float32, [Features], MemoryMarshal.AsBytes(vocabulary.InverseDocumentFrequencies.AsSpan())),
            StoredTensor.CopyOf("weights", DType.Float32, [Features + 1, LabelNames.Count], MemoryMarshal.AsBytes(table.AsSpan())),
        ]);
        var settings = new Stored { LabelNames = LabelNames, LongestNgram = vocabulary.Longest, Cleaning = Cleaning };
        AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, settings, Json));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidCheckpointException">It is none, or of another version.</exception>
    /// <exception cref="InvalidWeightsException">The weights cannot be read.</exception>
    public static LinearClassifier Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var settings = ReadSettings(path);
        using var file = SafetensorsReader.Open(Path.Combine(folder, WeightsName));
        var ngrams = MemoryMarshal.Cast<byte, ulong>(file["ngrams"].Bytes).ToArray();
        var rarity = MemoryMarshal.Cast<byte, float>(file["inverse_document_frequencies"].Bytes).ToArray();
        var table = MemoryMarshal.Cast<byte, float>(file["weights"].Bytes);
        var classes = settings.LabelNames.Count;
        if (rarity.Length != ngrams.Length || table.Length != (ngrams.Length + 1) * classes)
        {
            throw new InvalidCheckpointException(folder, $"{WeightsName} does not fit {FileName}: one of the two was changed.");
        }

        var weights = new LinearWeights(ngrams.Length, classes);
        for (var feature = 0; feature <= ngrams.Length; feature++)
        {
            table.Slice(feature * classes, classes).CopyTo(weights.Of(feature));
        }

        return new(new(ngrams, rarity, settings.LongestNgram), weights, settings.LabelNames, settings.Cleaning);
    }

    private static Stored ReadSettings(string path)
    {
        try
        {
            var settings = JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(path), Json);
            return settings is { FormatVersion: CurrentVersion, LabelNames.Count: > 0 } ? settings
                : throw new InvalidCheckpointException(path, FormattableString.Invariant($"is no baseline of format_version {CurrentVersion}. Was it written by a newer Inkstone? Then update this one."));
        }
        catch (JsonException error)
        {
            throw new InvalidCheckpointException(path, $"is damaged: {error.Message} Train the baseline again: inkstone baseline RECIPE");
        }
    }

    /// <summary>Characters of a row on average, judged by the first.</summary>
    private static double MeanLength(IEnumerable<LabelledText> rows) =>
        rows.Take(SampledRows).Select(row => row.Text.Length + (row.TextPair?.Length ?? 0)).DefaultIfEmpty().Average();

    /// <summary>So many of the rows, evenly spread.</summary>
    private static IEnumerable<LabelledText> Spread(IEnumerable<LabelledText> rows, int wanted, int count) =>
        wanted >= count ? rows : rows.Where((_, index) => (long)(index + 1) * wanted / count > (long)index * wanted / count);

    /// <summary>The weights, scaled to 1 on average over the rows: what is learnt depends on their ratios alone, as with the encoder's loss.</summary>
    private static double[] MeanOne(IReadOnlyList<double>? classWeights, IReadOnlyList<int> labelIds, int classes)
    {
        double[] weights = [.. classWeights ?? [.. Enumerable.Repeat(1.0, classes)]];
        var mean = labelIds.Count == 0 ? 1 : labelIds.Average(id => weights[id]);
        return mean > 0 ? Array.ConvertAll(weights, weight => weight / mean) : weights;
    }

    /// <summary>What <c>baseline.json</c> holds.</summary>
    private sealed record Stored
    {
        public int FormatVersion { get; init; } = CurrentVersion;

        public required IReadOnlyList<string> LabelNames { get; init; }

        public required int LongestNgram { get; init; }

        public required CleaningOptions Cleaning { get; init; }
    }
}
