using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Predicting;
using Inkstone.Text.Chunking;
using Inkstone.Torch;

namespace Inkstone.Explaining;

/// <summary>Which label of a text is explained, and against which.</summary>
/// <param name="LabelId">The label in whose favor; null: the predicted one.</param>
/// <param name="AgainstId">The label whose logit is explained instead, and compared with the other; null compares nothing.</param>
public readonly record struct ExplanationTarget(int? LabelId = null, int? AgainstId = null);

/// <summary>Explains texts to their last character. Serves one thread at a time.</summary>
public sealed class Explainer
{
    private readonly Classifier classifier;
    private readonly ExplainingOptions options;
    private readonly TextEncoder encoder;
    private readonly EmbeddingGradients gradients;

    /// <summary>Binds settings to a classifier, which stays the caller's.</summary>
    /// <exception cref="ExplainingException">A setting cannot be; the message has a sentence for each.</exception>
    public Explainer(Classifier classifier, ExplainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        options ??= new();
        if (options.Problems(classifier.Tokenizer) is [_, ..] problems)
        {
            throw new ExplainingException(string.Join(' ', problems));
        }

        (this.classifier, this.options) = (classifier, options);
        encoder = new(classifier.Tokenizer, classifier.Encoder.Options with { WithOffsets = true }, classifier.Encoder.Cleaner);
        gradients = new(classifier.Model, options.BatchTokens);
    }

    /// <summary>Explains what the classifier says of a text.</summary>
    /// <param name="text">The raw text; it is cleaned and encoded as in training.</param>
    /// <param name="pair">The second text, or null.</param>
    /// <param name="methods">At least one.</param>
    /// <param name="target">Which label.</param>
    /// <param name="stop">Asked between passes through the model.</param>
    /// <exception cref="ExplainingException">The model has no such layer or head of attention, or keeps no attention to look at.</exception>
    public Explanation Explain(string text, string? pair, IReadOnlyList<ExplanationMethod> methods, ExplanationTarget target = default, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(methods);
        var document = ExplainedDocument.Of(classifier, encoder, text, pair);
        return WithoutDropout(() =>
        {
            var scores = LogitsReader.Read(classifier, [document.Document], batchSize: 1, options.BatchTokens, null, stop)[0];
            var predicted = HighestOf(scores.Document, except: null);
            var (label, other) = target.AgainstId is { } against
                ? (against, target.LabelId ?? HighestOf(scores.Document, except: against))
                : (target.LabelId ?? predicted, (int?)null);
            return new Explanation
            {
                Text = text,
                TextPair = string.IsNullOrEmpty(pair) ? null : pair,
                Document = document,
                LabelNames = classifier.LabelNames,
                Logits = scores.Document,
                ChunkLogits = scores.Chunks,
                Probabilities = Probabilities.Softmax(scores.Document),
                PredictedId = predicted,
                LabelId = label,
                RatherThanLabelId = other,
                Attributions = [.. methods.Select(method => Attribute(document.Document, method, label, other, stop))],
            };
        });
    }

    /// <summary>Attributions before they are summed over the hidden dimension, <c>[tokens, hidden]</c> a chunk, and the convergence delta.</summary>
    /// <param name="document">Ids of the text.</param>
    /// <param name="baselineIds">Ids of the baseline, of the same lengths; null for vectors of 0 with the text itself as the only point: Grad × Input.</param>
    /// <param name="label">Which logit.</param>
    /// <param name="stop">Asked between passes through the model.</param>
    internal (Tensor[] Attributions, double? Delta, double? Change) Attribute(EncodedDocument document, int[][]? baselineIds, int label, CancellationToken stop = default)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var text = document.Chunks.Select(chunk => gradients.Embed(chunk.InputIds)).ToArray();
        var from = baselineIds is null ? Array.ConvertAll(text, vectors => Tensor.ZerosLike(vectors)) : Array.ConvertAll(baselineIds, gradients.Embed);
        var way = text.Zip(from, (end, start) => end - start).ToArray();
        PathPoint[] points = baselineIds is null ? [new(1, 1)] : PathPoints.Of(options.Quadrature, options.Steps);

        Tensor[] sums;
        using (GradMode.Enable())
        {
            sums = gradients.Sum(document, from, way, points, label, stop);
        }

        var attributions = sums.Zip(way, (gradient, length) => scope.Keep(gradient * length)).ToArray();
        if (baselineIds is null)
        {
            return (attributions, null, null);
        }

        var change = gradients.DocumentLogit(document, from, way, 1, label, stop) - gradients.DocumentLogit(document, from, way, 0, label, stop);
        return (attributions, attributions.Sum(of => of.Sum().ToDouble()) - change, change);
    }

    private Attribution Attribute(EncodedDocument document, ExplanationMethod method, int label, int? other, CancellationToken stop)
    {
        if (method == ExplanationMethod.Attention)
        {
            var weights = document.Chunks.Select(chunk => AttentionWeights.Read(classifier.Model, chunk, classifier.Settings.Pooling)).ToArray();
            return new(method, Array.ConvertAll(weights, of => of.Of(options.Attention))) { View = options.Attention, Attention = weights };
        }

        var baseline = method == ExplanationMethod.IntegratedGradients ? BaselineOf(document) : null;
        using var scope = TensorScope.New();
        var (attributions, delta, change) = Attribute(document, baseline, label, stop);
        var scores = ByToken(attributions);
        var explained = new Attribution(method, scores) { ConvergenceDelta = delta, Change = change, Baseline = baseline is null ? null : options.Baseline };
        if (other is not { } rather)
        {
            return explained;
        }

        var (othersAttributions, othersDelta, othersChange) = Attribute(document, baseline, rather, stop);
        return explained with { Contrast = new(Difference(ByToken(othersAttributions), scores)) { ConvergenceDelta = othersDelta - delta, Change = othersChange - change } };
    }

    private int[][] BaselineOf(EncodedDocument document)
    {
        var tokenizer = classifier.Tokenizer;
        var nothing = options.Baseline == ExplanationBaseline.Mask ? tokenizer.MaskId!.Value : tokenizer.PadId;
        return [.. document.Chunks.Select(chunk => Array.ConvertAll(chunk.InputIds, id => id == tokenizer.ClsId || id == tokenizer.SepId ? id : nothing))];
    }

    private static float[][] ByToken(Tensor[] attributions) => Array.ConvertAll(attributions, of => of.Sum([1]).ToFloats());

    private static float[][] Difference(float[][] left, float[][] right) =>
        [.. left.Zip(right, (ofLeft, ofRight) => ofLeft.Zip(ofRight, (a, b) => a - b).ToArray())];

    private static int HighestOf(float[] logits, int? except) =>
        Enumerable.Range(0, logits.Length).Where(id => id != except).MaxBy(id => logits[id]);

    private T WithoutDropout<T>(Func<T> work)
    {
        var dropout = classifier.Model.Context.Dropout;
        var before = dropout.Enabled;
        dropout.Enabled = false;
        try
        {
            return work();
        }
        finally
        {
            dropout.Enabled = before;
        }
    }
}
