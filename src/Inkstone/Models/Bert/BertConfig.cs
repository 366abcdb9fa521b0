namespace Inkstone.Models.Bert;

/// <summary>The shape of a BERT encoder; names and defaults are those of Hugging Face's <c>config.json</c>.</summary>
/// <remarks>Devlin et al. 2019 (arXiv:1810.04805); defaults are BERT-base's.</remarks>
public sealed record BertConfig
{
    /// <summary>Rows of the word table.</summary>
    public int VocabSize { get; init; } = 30522;

    /// <summary>Width of the residual stream.</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>Layers.</summary>
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Attention heads; they divide the width.</summary>
    public int NumAttentionHeads { get; init; } = 12;

    /// <summary>Width of the feed-forward part.</summary>
    public int IntermediateSize { get; init; } = 3072;

    /// <summary>Nonlinearity of the feed-forward part: <c>gelu</c>, <c>gelu_new</c>, <c>gelu_pytorch_tanh</c> or <c>relu</c>.</summary>
    public string HiddenAct { get; init; } = "gelu";

    /// <summary>Dropout on the residual stream.</summary>
    public double HiddenDropoutProb { get; init; } = 0.1;

    /// <summary>Dropout on attention probabilities.</summary>
    public double AttentionProbsDropoutProb { get; init; } = 0.1;

    /// <summary>Dropout before the classifier; null means <see cref="HiddenDropoutProb"/>.</summary>
    public double? ClassifierDropout { get; init; }

    /// <summary>Rows of the position table: the most tokens a chunk may have.</summary>
    public int MaxPositionEmbeddings { get; init; } = 512;

    /// <summary>Rows of the segment table.</summary>
    public int TypeVocabSize { get; init; } = 2;

    /// <summary>Added to the variance in LayerNorm.</summary>
    public double LayerNormEps { get; init; } = 1e-12;

    /// <summary>Standard deviation of new weights.</summary>
    public double InitializerRange { get; init; } = 0.02;
}
