using Inkstone.Batching;
using Inkstone.Recipes;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.Bert;

/// <summary>The encoder, one vector for each chunk, dropout, and a linear head; chunks joined to documents.</summary>
public sealed class BertForSequenceClassification : Module, IDocumentClassifier
{
    private readonly BertModel bert;
    private readonly Linear classifier;
    private readonly Dropout[] dropouts;   // one, or as many as there are samples
    private readonly Pooling pooling;
    private readonly Aggregation aggregation;

    /// <summary>Weights are uninitialized: load them, or fill them.</summary>
    /// <param name="config">The encoder's shape.</param>
    /// <param name="labelCount">Logits.</param>
    /// <param name="pooling">Which vector stands for a chunk.</param>
    /// <param name="aggregation">How chunks become a document.</param>
    /// <param name="context">Device, precision and dropout.</param>
    /// <param name="dropoutSamples">Masks of the classifier's dropout in a training pass (Inoue 2019, arXiv:1905.09788).</param>
    public BertForSequenceClassification(
        BertConfig config, int labelCount, Pooling pooling, Aggregation aggregation, ModelContext context, int dropoutSamples = 1)
    {
        bert = Child("bert", new BertModel(config, context));
        classifier = Child("classifier", new Linear(config.HiddenSize, labelCount, context));
        dropouts = [.. Enumerable.Range(0, dropoutSamples).Select(_ => new Dropout(config.ClassifierDropout ?? config.HiddenDropoutProb, context.Dropout))];
        this.pooling = pooling;
        this.aggregation = aggregation;
        Context = context;
    }

    /// <inheritdoc/>
    public ModelContext Context { get; }

    /// <inheritdoc/>
    public Tensor EncodeChunks(PackedBatch batch, ForwardTrace? trace = null) => ChunkPooling.Encode(bert, pooling, batch, trace);

    /// <inheritdoc/>
    public DocumentLogits Classify(Tensor chunkVectors, IReadOnlyList<int> chunkCounts)
    {
        var first = Head(chunkVectors, dropouts[0], chunkCounts);
        return dropouts.Length == 1 || !Context.Dropout.Enabled
            ? first
            : first with { DropoutSamples = [first.Documents, .. dropouts.Skip(1).Select(dropout => Head(chunkVectors, dropout, chunkCounts).Documents)] };
    }

    /// <inheritdoc/>
    public void CastForInference() => InferenceCast.Of(this);

    private DocumentLogits Head(Tensor chunkVectors, Dropout dropout, IReadOnlyList<int> chunkCounts)
    {
        var chunkLogits = classifier.Forward(dropout.Forward(chunkVectors)).To(DType.Float32);
        return new(chunkLogits, DocumentAggregation.Aggregate(chunkLogits, chunkCounts, aggregation));
    }
}
