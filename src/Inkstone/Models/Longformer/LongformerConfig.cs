using Inkstone.Models.Bert;

namespace Inkstone.Models.Longformer;

/// <summary>The shape of a Longformer encoder; names are those of Hugging Face's <c>config.json</c>.</summary>
/// <remarks>Beltagy et al. 2020 (arXiv:2004.05150). No dilation: the published classifiers do not use it.</remarks>
public sealed record LongformerConfig
{
    /// <summary>What it shares with BERT.</summary>
    public required BertConfig Bert { get; init; }

    /// <summary>Tokens that a token looks at, both sides together, for each layer; even.</summary>
    public required IReadOnlyList<int> AttentionWindow { get; init; }

    /// <summary>The id of padding: positions begin behind it.</summary>
    public int PadTokenId { get; init; } = 1;

    /// <summary>The row of a text's first token in the position table.</summary>
    public int FirstPosition => PadTokenId + 1;
}
