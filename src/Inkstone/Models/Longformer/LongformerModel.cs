using Inkstone.Batching;
using Inkstone.Models.Bert;
using Inkstone.Recipes;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.Longformer;

/// <summary>BERT's layers with attention in windows; positions begin behind that of padding.</summary>
/// <remarks>Beltagy et al. 2020 (arXiv:2004.05150), and Hugging Face's names for its parts.</remarks>
internal sealed class LongformerModel : TokenEncoder
{
    private readonly BertEmbeddings embeddings;
    private readonly BertEncoder encoder;

    private LongformerModel(LongformerConfig config, ModelContext context)
    {
        embeddings = Child("embeddings", new BertEmbeddings(config.Bert, context, config.FirstPosition));
        encoder = Child("encoder", new BertEncoder(config.Bert, context, layer => new LongformerSelfAttention(config.Bert, config.AttentionWindow[layer], context)));
    }

    /// <summary>The encoder with the head that transformers puts on it. Weights are uninitialized: load them, or fill them.</summary>
    /// <param name="config">The encoder's shape.</param>
    /// <param name="labelCount">Logits.</param>
    /// <param name="pooling">Which vector stands for a chunk.</param>
    /// <param name="aggregation">How chunks become a document.</param>
    /// <param name="context">Device, precision and dropout.</param>
    /// <param name="dropoutSamples">Masks of the head's dropout in a training pass.</param>
    public static LongTextClassifier ForSequenceClassification(
        LongformerConfig config, int labelCount, Pooling pooling, Aggregation aggregation, ModelContext context, int dropoutSamples = 1)
    {
        var encoder = new LongformerModel(config, context);
        var head = new DenseHead(
            config.Bert.HiddenSize, labelCount, (dense, input) => dense.Forward(input).Tanh(), config.Bert.ClassifierDropout ?? config.Bert.HiddenDropoutProb, dropoutSamples, context);
        return new("longformer", encoder, head, pooling, aggregation, context);
    }

    public override Tensor Forward(PackedBatch batch, ForwardTrace? trace) => encoder.Forward(embeddings.Forward(batch), batch, firstTokensOnly: false, trace);

    public override Tensor ForwardFirstTokens(PackedBatch batch, ForwardTrace? trace) => encoder.Forward(embeddings.Forward(batch), batch, firstTokensOnly: true, trace);
}
