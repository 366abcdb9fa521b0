using Inkstone.Batching;
using Inkstone.Models.Bert;
using Inkstone.Recipes;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.BigBird;

/// <summary>Word, position and segment vectors, added, dropped out and then normalized.</summary>
internal sealed class BigBirdEmbeddings : Module
{
    private readonly Embedding words;
    private readonly Embedding positions;
    private readonly Embedding segments;
    private readonly LayerNorm norm;
    private readonly Dropout dropout;
    private readonly double scale;

    public BigBirdEmbeddings(BigBirdConfig config, ModelContext context)
    {
        var bert = config.Bert;
        words = Child("word_embeddings", new Embedding(bert.VocabSize, bert.HiddenSize, context));
        positions = Child("position_embeddings", new Embedding(bert.MaxPositionEmbeddings, bert.HiddenSize, context));
        segments = Child("token_type_embeddings", new Embedding(bert.TypeVocabSize, bert.HiddenSize, context));
        norm = Child("LayerNorm", new LayerNorm(bert.HiddenSize, bert.LayerNormEps, context));
        dropout = new Dropout(bert.HiddenDropoutProb, context.Dropout);
        scale = config.RescaleEmbeddings ? Math.Sqrt(bert.HiddenSize) : 1;
    }

    public Tensor Forward(PackedBatch batch)                                              // -> [N, H]
    {
        var sum = ((batch.InputsEmbeds ?? words.Forward(batch.InputIds)) * scale) + segments.Forward(batch.TokenTypeIds) + positions.Forward(batch.PositionIds);
        return norm.Forward(dropout.Forward(sum));
    }
}

/// <summary>BERT's layers with block-sparse attention.</summary>
/// <remarks>Zaheer et al. 2020 (arXiv:2007.14062), and Hugging Face's names for its parts; the encoder's name there is bert.</remarks>
internal sealed class BigBirdModel : TokenEncoder
{
    private readonly BigBirdEmbeddings embeddings;
    private readonly BertEncoder encoder;

    private BigBirdModel(BigBirdConfig config, ModelContext context)
    {
        embeddings = Child("embeddings", new BigBirdEmbeddings(config, context));
        encoder = Child("encoder", new BertEncoder(config.Bert, context, config.IsBlockSparse ? layer => new BigBirdSelfAttention(config, layer, context) : null));
        Child("pooler", new Linear(config.Bert.HiddenSize, config.Bert.HiddenSize, context));   // the classifier has no use for it; it is kept for saving
    }

    /// <summary>The encoder with the head that transformers puts on it. Weights are uninitialized: load them, or fill them.</summary>
    /// <param name="config">The encoder's shape.</param>
    /// <param name="labelCount">Logits.</param>
    /// <param name="pooling">Which vector stands for a chunk.</param>
    /// <param name="aggregation">How chunks become a document.</param>
    /// <param name="context">Device, precision and dropout.</param>
    /// <param name="dropoutSamples">Masks of the head's dropout in a training pass.</param>
    public static LongTextClassifier ForSequenceClassification(
        BigBirdConfig config, int labelCount, Pooling pooling, Aggregation aggregation, ModelContext context, int dropoutSamples = 1)
    {
        var bert = config.Bert;
        var encoder = new BigBirdModel(config, context);
        var head = new DenseHead(
            bert.HiddenSize, labelCount, (dense, input) => BertActivation.Apply(bert.HiddenAct, dense, input), bert.ClassifierDropout ?? bert.HiddenDropoutProb, dropoutSamples, context);
        return new("bert", encoder, head, pooling, aggregation, context);
    }

    public override Tensor Forward(PackedBatch batch, ForwardTrace? trace) => encoder.Forward(embeddings.Forward(batch), batch, firstTokensOnly: false, trace);

    public override Tensor ForwardFirstTokens(PackedBatch batch, ForwardTrace? trace) => encoder.Forward(embeddings.Forward(batch), batch, firstTokensOnly: true, trace);
}
