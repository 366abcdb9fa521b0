using Inkstone.Batching;
using Inkstone.Recipes;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models;

/// <summary>An encoder of long texts and its head: <c>LongformerForSequenceClassification</c> and <c>BigBirdForSequenceClassification</c>, under Hugging Face's names for their parts.</summary>
public sealed class LongTextClassifier : Module, IDocumentClassifier
{
    private readonly TokenEncoder encoder;
    private readonly DenseHead classifier;
    private readonly Pooling pooling;
    private readonly Aggregation aggregation;

    /// <param name="encoderName">The encoder's name in the state dict.</param>
    /// <param name="encoder">Ids to vectors.</param>
    /// <param name="head">A chunk's vector to logits.</param>
    /// <param name="pooling">Which vector stands for a chunk: that of <c>[CLS]</c>, which the head reads as published, or the mean.</param>
    /// <param name="aggregation">How chunks become a document.</param>
    /// <param name="context">Device, precision and dropout.</param>
    internal LongTextClassifier(string encoderName, TokenEncoder encoder, DenseHead head, Pooling pooling, Aggregation aggregation, ModelContext context)
    {
        this.encoder = Child(encoderName, encoder);
        classifier = Child("classifier", head);
        (this.pooling, this.aggregation, Context) = (pooling, aggregation, context);
    }

    /// <inheritdoc/>
    public ModelContext Context { get; }

    /// <inheritdoc/>
    public DocumentLogits Forward(PackedBatch batch, ForwardTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Classify(EncodeChunks(batch, trace), batch.ChunkCounts);
    }

    /// <inheritdoc/>
    public void CastForInference()
    {
        foreach (var joined in Modules().OfType<JoinedLinear>())
        {
            joined.CastForInference();
        }

        foreach (var linear in Modules().OfType<Linear>())
        {
            linear.CastForInference();
        }
    }

    private Tensor EncodeChunks(PackedBatch batch, ForwardTrace? trace) =>
        pooling == Pooling.Mean ? MeanOfTokens(encoder.Forward(batch, trace), batch) : encoder.ForwardFirstTokens(batch, trace);

    private DocumentLogits Classify(Tensor chunkVectors, IReadOnlyList<int> chunkCounts)
    {
        var first = Head(0);
        return classifier.Samples == 1 || !Context.Dropout.Enabled
            ? first
            : first with { DropoutSamples = [first.Documents, .. Enumerable.Range(1, classifier.Samples - 1).Select(sample => Head(sample).Documents)] };

        DocumentLogits Head(int sample)
        {
            var chunkLogits = classifier.Forward(chunkVectors, sample);
            return new(chunkLogits, DocumentAggregation.Aggregate(chunkLogits, chunkCounts, aggregation));
        }
    }

    /// <summary>Mean over a chunk's tokens, <c>[CLS]</c> and <c>[SEP]</c> among them: <c>[N, H]</c> to <c>[C, H]</c>.</summary>
    private static Tensor MeanOfTokens(Tensor hidden, PackedBatch batch)
    {
        var chunks = hidden.SplitWithSizes([.. batch.ChunkLengths.Select(length => (long)length)], 0);
        return Tensor.Stack(Array.ConvertAll(chunks, chunk => chunk.Mean([0])), 0);
    }
}
