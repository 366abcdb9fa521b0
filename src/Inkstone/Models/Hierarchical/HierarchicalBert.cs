using Inkstone.Batching;
using Inkstone.Models.Bert;
using Inkstone.Recipes;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.Hierarchical;

/// <summary>BERT over each chunk, a second encoder over the chunks' vectors of a document, and a linear head over the mean of what comes out.</summary>
/// <remarks>
/// A chunk's logits are the head's over its own vector: with equal weights, a document's logits are their mean, so that they tell what each
/// chunk speaks for, in the light of the others.
/// </remarks>
public sealed class HierarchicalBert : Module, IDocumentClassifier
{
    private readonly BertModel bert;
    private readonly IChunkEncoder chunkEncoder;
    private readonly Linear classifier;
    private readonly Dropout[] dropouts;   // one, or as many as there are samples
    private readonly Pooling pooling;

    /// <summary>Weights are uninitialized: load them, or fill them.</summary>
    /// <param name="config">The encoder's shape.</param>
    /// <param name="labelCount">Logits.</param>
    /// <param name="pooling">Which vector stands for a chunk.</param>
    /// <param name="chunkEncoder">What reads the chunks.</param>
    /// <param name="context">Device, precision and dropout.</param>
    /// <param name="dropoutSamples">Masks of the classifier's dropout in a training pass.</param>
    public HierarchicalBert(BertConfig config, int labelCount, Pooling pooling, ChunkEncoder chunkEncoder, ModelContext context, int dropoutSamples = 1)
    {
        ArgumentNullException.ThrowIfNull(config);
        bert = Child("bert", new BertModel(config, context));
        this.chunkEncoder = chunkEncoder switch
        {
            ChunkEncoder.Lstm => Child("chunk_encoder", new LstmChunkEncoder(config.HiddenSize, context)),
            ChunkEncoder.Transformer => Child("chunk_encoder", new TransformerChunkEncoder(config, context)),
            ChunkEncoder.Attention => Child("chunk_encoder", new AttentionChunkEncoder(config.HiddenSize, context)),
            _ => throw new ArgumentOutOfRangeException(nameof(chunkEncoder), chunkEncoder, null),
        };
        classifier = Child("classifier", new Linear(this.chunkEncoder.Width, labelCount, context));
        dropouts = [.. Enumerable.Range(0, dropoutSamples).Select(_ => new Dropout(config.ClassifierDropout ?? config.HiddenDropoutProb, context.Dropout))];
        this.pooling = pooling;
        Context = context;
    }

    /// <inheritdoc/>
    public ModelContext Context { get; }

    /// <inheritdoc/>
    public Tensor EncodeChunks(PackedBatch batch, ForwardTrace? trace = null) => ChunkPooling.Encode(bert, pooling, batch, trace);

    /// <inheritdoc/>
    public DocumentLogits Classify(Tensor chunkVectors, IReadOnlyList<int> chunkCounts)
    {
        ArgumentNullException.ThrowIfNull(chunkVectors);
        ArgumentNullException.ThrowIfNull(chunkCounts);
        var states = chunkEncoder.Read(chunkVectors.To(DType.Float32), chunkCounts);
        var chunkLogits = Head(states);
        var documents = Documents(states, chunkCounts);
        if (!Context.Dropout.Enabled)
        {
            return new(chunkLogits, Head(documents));
        }

        Tensor[] samples = Array.ConvertAll(dropouts, dropout => Head(dropout.Forward(documents)));
        return new(chunkLogits, samples[0]) { DropoutSamples = samples };
    }

    /// <inheritdoc/>
    public void CastForInference() => InferenceCast.Of(this);

    private Tensor Head(Tensor vectors) => classifier.Forward(vectors).To(DType.Float32);

    private Tensor Documents(Tensor states, IReadOnlyList<int> chunkCounts)
    {
        if (chunkEncoder.Weigh(states, chunkCounts) is not { } weights)
        {
            return DocumentAggregation.Aggregate(states, chunkCounts, Aggregation.Mean);
        }

        var documents = (states * weights).SplitWithSizes([.. chunkCounts.Select(count => (long)count)], 0);
        return Tensor.Stack(Array.ConvertAll(documents, chunks => chunks.Sum([0])), 0);
    }
}
