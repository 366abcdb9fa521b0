using Inkstone.Models.Bert;

namespace Inkstone.Models.BigBird;

/// <summary>The shape of a BigBird encoder; names are those of Hugging Face's <c>config.json</c>.</summary>
/// <remarks>Zaheer et al. 2020 (arXiv:2007.14062).</remarks>
public sealed record BigBirdConfig
{
    /// <summary>What it shares with BERT.</summary>
    public required BertConfig Bert { get; init; }

    /// <summary>False where every token looks at all others (<c>attention_type</c> is <c>original_full</c>).</summary>
    public bool IsBlockSparse { get; init; } = true;

    /// <summary>Tokens of a block.</summary>
    public int BlockSize { get; init; } = 64;

    /// <summary>Blocks that a block looks at beside its neighbors and the two that all look at.</summary>
    public int NumRandomBlocks { get; init; } = 3;

    /// <summary>Whether word vectors are multiplied by the root of their width.</summary>
    public bool RescaleEmbeddings { get; init; }

    /// <summary>
    /// Treats shorter texts as padded to so many tokens, as the reference does with a text among longer ones: its last block, which all look at,
    /// is then padding. 0, and everything but a comparison with such a batch: each text for itself.
    /// </summary>
    internal int PaddedLength { get; init; }
}
