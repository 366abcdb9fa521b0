using Inkstone.Batching;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.Bert;

// BERT, after Devlin et al. 2019 (arXiv:1810.04805) and Hugging Face's names for its parts.
// Shapes: N tokens of all chunks side by side (no padding), C chunks, S tokens of the longest chunk,
// H hidden, A heads, D = H / A, Q rows asked for: all N, or the C first tokens.

/// <summary>Word, position and segment vectors, added and normalized.</summary>
internal sealed class BertEmbeddings : Module
{
    private readonly Embedding words;
    private readonly Embedding positions;
    private readonly Embedding segments;
    private readonly LayerNorm norm;
    private readonly Dropout dropout;
    private readonly int firstPosition;

    /// <param name="config">The encoder's shape.</param>
    /// <param name="context">Device, precision and dropout.</param>
    /// <param name="firstPosition">The row of a chunk's first token in the position table.</param>
    public BertEmbeddings(BertConfig config, ModelContext context, int firstPosition = 0)
    {
        this.firstPosition = firstPosition;
        words = Child("word_embeddings", new Embedding(config.VocabSize, config.HiddenSize, context));
        positions = Child("position_embeddings", new Embedding(config.MaxPositionEmbeddings, config.HiddenSize, context));
        segments = Child("token_type_embeddings", new Embedding(config.TypeVocabSize, config.HiddenSize, context));
        norm = Child("LayerNorm", new LayerNorm(config.HiddenSize, config.LayerNormEps, context));
        dropout = new Dropout(config.HiddenDropoutProb, context.Dropout);
    }

    public Tensor WordTable => words.Weight;

    public Tensor Forward(PackedBatch batch)                                              // -> [N, H]
    {
        var places = firstPosition == 0 ? batch.PositionIds : batch.PositionIds + firstPosition;
        var sum = (batch.InputsEmbeds ?? words.Forward(batch.InputIds)) + segments.Forward(batch.TokenTypeIds) + positions.Forward(places);
        return dropout.Forward(norm.Forward(sum));
    }
}

/// <summary>How the tokens of a chunk look at one another: all in which encoders of long texts differ from BERT inside a layer.</summary>
internal abstract class SelfAttention : Module
{
    /// <summary>Keys and values of all tokens <c>[N, H]</c>; queries of <paramref name="asking"/>: the same, or each chunk's first token <c>[C, H]</c>.</summary>
    /// <returns><c>[Q, H]</c>.</returns>
    public abstract Tensor Forward(Hidden hidden, Hidden asking, PackedBatch batch, ForwardTrace? trace);
}

/// <summary>Every token looks at the tokens of its own chunk.</summary>
internal sealed class BertSelfAttention : SelfAttention
{
    private readonly ModelContext context;
    private readonly JoinedLinear projections;
    private readonly Dropout dropout;
    private readonly int heads;
    private readonly double scale;

    /// <param name="config">The encoder's shape.</param>
    /// <param name="context">Device, precision and dropout.</param>
    /// <param name="suffix">Behind the names of the projections.</param>
    public BertSelfAttention(BertConfig config, ModelContext context, string suffix = "")
    {
        this.context = context;
        projections = Child("", new JoinedLinear(config.HiddenSize, config.HiddenSize, context, $"query{suffix}", $"key{suffix}", $"value{suffix}"));
        dropout = new Dropout(config.AttentionProbsDropoutProb, context.Dropout);
        heads = config.NumAttentionHeads;
        scale = 1 / Math.Sqrt((double)config.HiddenSize / heads);
    }

    public override Tensor Forward(Hidden hidden, Hidden asking, PackedBatch batch, ForwardTrace? trace)
    {
        Tensor[] products = hidden == asking
            ? [projections.Product(hidden.ForProduct, 0, 3)]                                                      // [N, 3H]
            : [projections.Product(asking.ForProduct, 0, 1), projections.Product(hidden.ForProduct, 1, 2)];       // [C, H], [N, 2H]
        var mixed = trace is null && !context.AttentionByOperators ? Attention.Forward(products, projections, batch.ChunkLengths, heads, dropout) : null;
        return mixed ?? MixByOperators(products, batch, trace);                                                   // [Q, H]
    }

    /// <summary>The same through libtorch's operators, over rows laid out as a rectangle: any device, and probabilities to look at.</summary>
    private Tensor MixByOperators(Tensor[] products, PackedBatch batch, ForwardTrace? trace)
    {
        var allAsk = products.Length == 1;
        var (q, k, v) = (Heads(0, allAsk), Heads(1, isPacked: true), Heads(2, isPacked: true));                   // [C, A, S or 1, D], [C, A, S, D] twice

        var scores = (q * scale).MatMul(k.Transpose(-2, -1));                                                     // [C, A, S or 1, S]
        scores = batch.Padding is { } padding ? scores + padding.AttentionBias : scores;
        var probabilities = scores.Softmax(-1, DType.Float32);
        trace?.Attentions.Add(probabilities);
        var mixed = dropout.Forward(probabilities).To(v.DType).MatMul(v);                                         // [C, A, S or 1, D]
        return JoinHeads(mixed, batch, isPacked: allAsk);                                                         // [Q, H]

        Tensor Heads(int part, bool isPacked)
        {
            var bias = projections.Parts[part].Bias;
            var width = bias.Size(0);
            var product = part == 0 || allAsk ? products[0].Narrow(1, part * width, width) : products[1].Narrow(1, (part - 1) * width, width);
            return SplitHeads(product + bias.To(product.DType), batch, isPacked);
        }
    }

    private Tensor SplitHeads(Tensor rows, PackedBatch batch, bool isPacked)
    {
        var width = rows.Size(1);
        var rectangle = isPacked && batch.Padding is { } padding ? padding.Pad(rows) : rows;
        return rectangle.View(batch.ChunkLengths.Count, -1, heads, width / heads).Transpose(1, 2);
    }

    private static Tensor JoinHeads(Tensor mixed, PackedBatch batch, bool isPacked)
    {
        var width = mixed.Size(1) * mixed.Size(3);
        var rectangle = mixed.Transpose(1, 2).Reshape(-1, width);
        return isPacked && batch.Padding is { } padding ? padding.Unpad(rectangle) : rectangle;
    }
}

/// <summary>A projection, added to what it came from and normalized: how both halves of a layer end.</summary>
internal sealed class BertResidualOutput : Module
{
    private readonly Linear dense;
    private readonly LayerNorm norm;
    private readonly Dropout dropout;

    public BertResidualOutput(int inFeatures, BertConfig config, ModelContext context)
    {
        dense = Child("dense", new Linear(inFeatures, config.HiddenSize, context));
        norm = Child("LayerNorm", new LayerNorm(config.HiddenSize, config.LayerNormEps, context));
        dropout = new Dropout(config.HiddenDropoutProb, context.Dropout);
    }

    public Hidden Forward(Tensor input, Hidden residual) => norm.Forward(dense.Product(input), dense.Bias, residual.Stream, dropout);
}

/// <summary>Attention and its output projection.</summary>
internal sealed class BertAttention : Module
{
    private readonly SelfAttention self;
    private readonly BertResidualOutput output;

    public BertAttention(BertConfig config, ModelContext context, SelfAttention self)
    {
        this.self = Child("self", self);
        output = Child("output", new BertResidualOutput(config.HiddenSize, config, context));
    }

    /// <summary><c>[Q, H]</c>, or of these only <paramref name="rows"/>.</summary>
    public Hidden Forward(Hidden hidden, Hidden asking, PackedBatch batch, Tensor? rows, ForwardTrace? trace)
    {
        var mixed = self.Forward(hidden, asking, batch, trace);
        return rows is null ? output.Forward(mixed, asking) : output.Forward(mixed.IndexSelect(0, rows), asking.Rows(rows));
    }
}

/// <summary>The widening half of the feed-forward part.</summary>
internal sealed class BertIntermediate : Module
{
    private readonly Linear dense;
    private readonly string activation;

    public BertIntermediate(BertConfig config, ModelContext context)
    {
        dense = Child("dense", new Linear(config.HiddenSize, config.IntermediateSize, context));
        activation = config.HiddenAct;
    }

    public Tensor Forward(Tensor input) => BertActivation.Apply(activation, dense, input);
}

/// <summary>Attention, then two dense layers, each added to its input and normalized after, as published.</summary>
internal sealed class BertLayer : Module
{
    private readonly BertAttention attention;
    private readonly BertIntermediate intermediate;
    private readonly BertResidualOutput output;

    /// <param name="config">The encoder's shape.</param>
    /// <param name="context">Device, precision and dropout.</param>
    /// <param name="self">Its attention; null: every token looks at all others.</param>
    public BertLayer(BertConfig config, ModelContext context, SelfAttention? self = null)
    {
        attention = Child("attention", new BertAttention(config, context, self ?? new BertSelfAttention(config, context)));
        intermediate = Child("intermediate", new BertIntermediate(config, context));
        output = Child("output", new BertResidualOutput(config.IntermediateSize, config, context));
    }

    /// <summary><c>[N, H]</c> to <c>[N, H]</c>, to <c>[C, H]</c> when only the first tokens will be read, or to <c>[rows, H]</c> when only these will.</summary>
    public Hidden Forward(Hidden hidden, PackedBatch batch, bool firstTokensOnly, Tensor? rows, ForwardTrace? trace)
    {
        // A scope a layer: what the next layer does not need is freed now, and its memory used again while it is warm.
        using var scope = TensorScope.New();
        var asking = firstTokensOnly ? hidden.Rows(batch.FirstTokens) : hidden;
        var attended = attention.Forward(hidden, asking, batch, rows, trace);
        if (trace is not null)
        {
            scope.Keep(trace.Attentions[^1]);
        }

        return output.Forward(intermediate.Forward(attended.ForProduct), attended).KeptBy(scope);
    }
}

/// <summary>The layers in a row.</summary>
internal sealed class BertEncoder : Module
{
    private readonly ModuleList<BertLayer> layer;

    /// <param name="config">The encoder's shape.</param>
    /// <param name="context">Device, precision and dropout.</param>
    /// <param name="attentionOf">Makes the attention of each layer, by its number; null: every token looks at all others.</param>
    public BertEncoder(BertConfig config, ModelContext context, Func<int, SelfAttention>? attentionOf = null) => layer = Child("layer", new ModuleList<BertLayer>(
        Enumerable.Range(0, config.NumHiddenLayers).Select(index => new BertLayer(config, context, attentionOf?.Invoke(index)))));

    public Tensor Forward(Tensor embedded, PackedBatch batch, bool firstTokensOnly, ForwardTrace? trace, Tensor? rows = null)
    {
        trace?.HiddenStates.Add(embedded);
        var hidden = new Hidden(embedded, embedded);
        for (var index = 0; index < layer.Items.Count; index++)
        {
            // Nobody looks at the last layer's other tokens: leaving them out is exact, in training too.
            var isLast = index == layer.Items.Count - 1;
            hidden = layer.Items[index].Forward(hidden, batch, firstTokensOnly && isLast && trace is null, isLast ? rows : null, trace);
            trace?.HiddenStates.Add(hidden.Stream);
        }

        if (rows is not null && layer.Items.Count == 0)
        {
            return hidden.Stream.IndexSelect(0, rows);
        }

        return firstTokensOnly && trace is not null ? hidden.Stream.IndexSelect(0, batch.FirstTokens) : hidden.Stream;
    }
}

/// <summary>tanh(W·[CLS] + b), pre-trained with BERT's next-sentence task.</summary>
internal sealed class BertPooler : Module
{
    private readonly Linear dense;

    public BertPooler(BertConfig config, ModelContext context) =>
        dense = Child("dense", new Linear(config.HiddenSize, config.HiddenSize, context));

    public Tensor Forward(Tensor firstTokens) => dense.Forward(firstTokens).Tanh();
}

/// <summary>Token ids to one vector for each token, and the pooler beside it.</summary>
public sealed class BertModel : Module
{
    private readonly BertEmbeddings embeddings;
    private readonly BertEncoder encoder;
    private readonly BertPooler pooler;

    /// <summary>Weights are uninitialized, LayerNorms plain.</summary>
    public BertModel(BertConfig config, ModelContext context)
    {
        embeddings = Child("embeddings", new BertEmbeddings(config, context));
        encoder = Child("encoder", new BertEncoder(config, context));
        pooler = Child("pooler", new BertPooler(config, context));
    }

    /// <summary>The word vectors, <c>[vocabulary, hidden]</c>.</summary>
    internal Tensor WordTable => embeddings.WordTable;

    /// <summary>Last hidden states of every token.</summary>
    /// <returns>Float32 <c>[tokens, hidden]</c>.</returns>
    public Tensor Forward(PackedBatch batch, ForwardTrace? trace = null) =>
        encoder.Forward(embeddings.Forward(batch), batch, firstTokensOnly: false, trace);

    /// <summary>Last hidden states of some tokens; cheaper than <see cref="Forward"/> by most of a layer's products, where they are few.</summary>
    /// <param name="batch">Texts side by side.</param>
    /// <param name="rows">Which rows of the batch, int64 <c>[rows]</c>.</param>
    /// <returns>Float32 <c>[rows, hidden]</c>.</returns>
    public Tensor ForwardRows(PackedBatch batch, Tensor rows) =>
        encoder.Forward(embeddings.Forward(batch), batch, firstTokensOnly: false, trace: null, rows);

    /// <summary>Last hidden state of each chunk's <c>[CLS]</c>; cheaper than <see cref="Forward"/> by most of a layer.</summary>
    /// <returns>Float32 <c>[chunks, hidden]</c>.</returns>
    public Tensor ForwardFirstTokens(PackedBatch batch, ForwardTrace? trace = null) =>
        encoder.Forward(embeddings.Forward(batch), batch, firstTokensOnly: true, trace);

    /// <summary>The pooler over <see cref="ForwardFirstTokens"/>.</summary>
    /// <returns><c>[chunks, hidden]</c>.</returns>
    public Tensor ForwardPooled(PackedBatch batch, ForwardTrace? trace = null) => pooler.Forward(ForwardFirstTokens(batch, trace));
}
