using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Predicting;
using Inkstone.Text.Chunking;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Explaining;

/// <summary>
/// Measures maps by what they promise: a prediction should fall fast when the tokens that speak for it are masked, and stand early when
/// they alone are left.
/// </summary>
/// <remarks>
/// Deletion and insertion curves (Petsiuk, Das and Saenko 2018, arXiv:1806.07421), <c>[MASK]</c> in place of what is taken away, beside a random order
/// of the same tokens; and the model randomization test of Adebayo et al. 2018 (arXiv:1810.03292).
/// </remarks>
public static class Faithfulness
{
    private const int Parts = 10;

    /// <summary>Explains each text by each method, and plays the curves. The classifier's weights are shuffled at the end: it is of no use afterwards.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="texts">The sample; a text of fewer than two tokens has no order and is left out.</param>
    /// <param name="variants">What to compare.</param>
    /// <param name="options">Settings of all of them; a variant's own baseline and attention go before.</param>
    /// <param name="seed">Of random orders and shuffled weights.</param>
    /// <param name="explained">Told after each text; after those that are not left out once more, when the weights are shuffled.</param>
    /// <param name="stop">Asked between passes through the model.</param>
    /// <returns>A curve a variant in their order, and a last one for random order; empty where no text could be used.</returns>
    public static IReadOnlyList<FaithfulnessCurve> Measure(
        Classifier classifier,
        IReadOnlyList<(string Text, string? Pair)> texts,
        IReadOnlyList<ExplanationVariant> variants,
        ExplainingOptions options,
        long seed = 0,
        Action? explained = null,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(variants);
        ArgumentNullException.ThrowIfNull(options);
        var explainers = variants.Select(variant => variant.Baseline).Distinct()
            .ToDictionary(baseline => baseline, baseline => new Explainer(classifier, options with { Baseline = baseline }));
        var played = Enumerable.Range(0, variants.Count + 1).Select(_ => new List<(double[] Deletion, double[] Insertion)>()).ToArray();
        var correlations = played.Select(_ => new List<double>()).ToArray();
        var kept = new List<(int LabelId, float[][] Maps, int Row)>();
        for (var row = 0; row < texts.Count; row++)
        {
            stop.ThrowIfCancellationRequested();
            var (explanation, maps) = MapsOf(texts[row], default);
            explained?.Invoke();
            var places = Places(explanation.Document.Document);
            if (places.Length < 2)
            {
                continue;
            }

            kept.Add((explanation.LabelId, maps, row));
            var random = Enumerable.Range(0, places.Length).ToArray();
            new SeededRandom(seed, row).Shuffle(random.AsSpan());
            correlations[^1].Add(Math.Abs(RankCorrelation.Of(maps[0], Array.ConvertAll(random, place => (float)place))));
            var orders = maps.Select(map => Enumerable.Range(0, map.Length).OrderByDescending(place => map[place]).ToArray()).Append(random);
            foreach (var (order, curves) in orders.Zip(played))
            {
                curves.Add(Play(classifier, explanation, places, order, options.BatchTokens, stop));
            }
        }

        if (kept.Count == 0)
        {
            return [];
        }

        WeightShuffle.Apply(classifier.Model, seed);
        foreach (var (label, maps, row) in kept)
        {
            var after = MapsOf(texts[row], new(LabelId: label)).Maps;
            explained?.Invoke();
            for (var variant = 0; variant < variants.Count; variant++)
            {
                correlations[variant].Add(Math.Abs(RankCorrelation.Of(maps[variant], after[variant])));
            }
        }

        return [.. played.Select((curves, index) => Summary(index < variants.Count ? variants[index].ToString() : "random order", curves, correlations[index].Average()))];

        (Explanation Explanation, float[][] Maps) MapsOf((string Text, string? Pair) text, ExplanationTarget target)
        {
            var byBaseline = explainers.ToDictionary(pair => pair.Key, pair => pair.Value.Explain(
                text.Text, text.Pair, [.. variants.Where(variant => variant.Baseline == pair.Key).Select(variant => variant.Method).Distinct()], target, stop));
            var first = byBaseline.Values.First();
            var places = Places(first.Document.Document);
            return (first, [.. variants.Select(variant => MapOf(byBaseline[variant.Baseline], variant, places))]);
        }
    }

    private static FaithfulnessCurve Summary(string name, List<(double[] Deletion, double[] Insertion)> curves, double correlation)
    {
        return new(name, Mean(curve => curve.Deletion), Mean(curve => curve.Insertion), Areas(curve => curve.Deletion), Areas(curve => curve.Insertion), correlation);

        double[] Mean(Func<(double[] Deletion, double[] Insertion), double[]> of) =>
            [.. Enumerable.Range(0, Parts + 1).Select(part => curves.Average(curve => of(curve)[part]))];

        double[] Areas(Func<(double[] Deletion, double[] Insertion), double[]> of) =>
            [.. curves.Select(curve => of(curve).Zip(of(curve).Skip(1), (left, right) => (left + right) / 2 / Parts).Sum())];
    }

    /// <summary>Where each token of the text stands, in every chunk that has it.</summary>
    private static (int Chunk, int Token)[][] Places(EncodedDocument document)
    {
        var places = new Dictionary<(bool OfPair, CharSpan Span), List<(int, int)>>();
        for (var index = 0; index < document.Chunks.Count; index++)
        {
            var chunk = document.Chunks[index];
            for (var token = 0; token < chunk.Offsets!.Length; token++)
            {
                if (chunk.Offsets[token].Length > 0)
                {
                    var key = (ExplainedDocument.IsOfPair(chunk, token), chunk.Offsets[token]);
                    (places.TryGetValue(key, out var known) ? known : places[key] = []).Add((index, token));
                }
            }
        }

        return [.. places.Values.Select(of => of.ToArray())];
    }

    private static float[] MapOf(Explanation explanation, ExplanationVariant variant, (int Chunk, int Token)[][] places)
    {
        var attribution = explanation.Attributions.First(of => of.Method == variant.Method);
        var scores = attribution.Attention is { } weights ? [.. weights.Select(of => of.Of(variant.View))] : attribution.Scores;
        return Array.ConvertAll(places, of => of.Sum(place => scores[place.Chunk][place.Token]));
    }

    /// <summary>Probabilities of the explained label while tokens go, and while they come, strongest first.</summary>
    private static (double[] Deletion, double[] Insertion) Play(
        Classifier classifier, Explanation explanation, (int Chunk, int Token)[][] places, int[] order, int batchTokens, CancellationToken stop)
    {
        var nothing = classifier.Tokenizer.MaskId ?? classifier.Tokenizer.PadId;
        var document = explanation.Document.Document;
        var variants = Enumerable.Range(0, Parts + 1).Select(Count).Select(count => Masked(order[..count]))
            .Concat(Enumerable.Range(0, Parts + 1).Select(Count).Select(count => Masked(order[count..]))).ToArray();
        var probabilities = LogitsReader.Read(classifier, variants, batchSize: 1, batchTokens, null, stop)
            .Select(scores => Probabilities.Softmax(scores.Document)[explanation.LabelId]).ToArray();
        return (probabilities[..(Parts + 1)], probabilities[(Parts + 1)..]);

        int Count(int part) => (int)Math.Round((double)part * order.Length / Parts);

        EncodedDocument Masked(int[] taken)
        {
            var ids = document.Chunks.Select(chunk => (int[])chunk.InputIds.Clone()).ToArray();
            foreach (var (chunk, token) in taken.SelectMany(place => places[place]))
            {
                ids[chunk][token] = nothing;
            }

            return document with { Chunks = [.. document.Chunks.Zip(ids, (chunk, of) => chunk with { InputIds = of })] };
        }
    }
}
