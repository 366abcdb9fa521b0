using Inkstone.Batching;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.Bert;

/// <summary>Dense, activation and LayerNorm before the words are guessed.</summary>
internal sealed class BertPredictionHeadTransform : Module
{
    private readonly Linear dense;
    private readonly LayerNorm norm;
    private readonly string activation;

    public BertPredictionHeadTransform(BertConfig config, ModelContext context)
    {
        activation = config.HiddenAct;
        dense = Child("dense", new Linear(config.HiddenSize, config.HiddenSize, context));
        norm = Child("LayerNorm", new LayerNorm(config.HiddenSize, config.LayerNormEps, context));
    }

    public Tensor Forward(Tensor hidden) => norm.Forward(BertActivation.Apply(activation, dense, hidden).To(DType.Float32));
}

/// <summary>One score for each word of the vocabulary; its matrix is the word table itself.</summary>
internal sealed class BertLMPredictionHead : Module
{
    private readonly BertPredictionHeadTransform transform;
    private readonly Parameter bias;
    private readonly ModelContext context;

    public BertLMPredictionHead(BertConfig config, ModelContext context)
    {
        this.context = context;
        transform = Child("transform", new BertPredictionHeadTransform(config, context));
        bias = Register("bias", Tensor.Zeros([config.VocabSize], DType.Float32, context.Device));
    }

    /// <summary>Of each score what the bias is added to.</summary>
    public Tensor Product(Tensor hidden, Tensor wordTable)
    {
        var dtype = context.GemmDType;
        return transform.Forward(hidden).To(dtype).Linear(wordTable.To(dtype));
    }

    public Tensor Forward(Tensor hidden, Tensor wordTable) => Product(hidden, wordTable).To(DType.Float32) + bias.Value;

    public Tensor Loss(Tensor hidden, Tensor wordTable, Tensor words) => CrossEntropy.Mean(Product(hidden, wordTable), bias.Value, words);
}

/// <summary>The part of a pre-training head that guesses words, under Hugging Face's name for it.</summary>
internal sealed class BertOnlyMLMHead : Module
{
    private readonly BertLMPredictionHead predictions;

    public BertOnlyMLMHead(BertConfig config, ModelContext context) =>
        predictions = Child("predictions", new BertLMPredictionHead(config, context));

    public Tensor Forward(Tensor hidden, Tensor wordTable) => predictions.Forward(hidden, wordTable);

    public Tensor Loss(Tensor hidden, Tensor wordTable, Tensor words) => predictions.Loss(hidden, wordTable, words);
}

/// <summary>The encoder with the head that guesses masked words: what pre-training trains.</summary>
/// <remarks>Devlin et al. 2019, section 3.1; the word table serves as the head's matrix (Press and Wolf 2017, arXiv:1608.05859).</remarks>
public sealed class BertForMaskedLM : Module
{
    private readonly BertModel bert;
    private readonly BertOnlyMLMHead cls;

    /// <summary>Weights are uninitialized: load them, or fill them.</summary>
    public BertForMaskedLM(BertConfig config, ModelContext context)
    {
        bert = Child("bert", new BertModel(config, context));
        cls = Child("cls", new BertOnlyMLMHead(config, context));
    }

    /// <summary>Scores for the words at some rows only: most rows are not masked, and the vocabulary is wide.</summary>
    /// <param name="batch">Texts side by side, some of their words masked.</param>
    /// <param name="rows">Which rows of the batch to guess, int64 <c>[guesses]</c>.</param>
    /// <returns>Float32 <c>[guesses, vocabulary]</c>.</returns>
    public Tensor Forward(PackedBatch batch, Tensor rows) =>
        cls.Forward(bert.ForwardRows(batch, rows), bert.WordTable);

    /// <summary>How wrong the guesses are: the mean over rows of <c>−log softmax(scores)[word]</c>.</summary>
    /// <param name="batch">Texts side by side, some of their words masked.</param>
    /// <param name="rows">Which rows of the batch to guess, int64 <c>[guesses]</c>.</param>
    /// <param name="words">What stood there, int64 <c>[guesses]</c>.</param>
    /// <returns>A float32 scalar.</returns>
    public Tensor Loss(PackedBatch batch, Tensor rows, Tensor words) => cls.Loss(bert.ForwardRows(batch, rows), bert.WordTable, words);
}
