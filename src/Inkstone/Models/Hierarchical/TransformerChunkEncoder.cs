using Inkstone.Batching;
using Inkstone.Models.Bert;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.Hierarchical;

/// <summary>
/// Transformer layers in which a chunk is what a token is in BERT: chunk vectors, a vector for the place in the document added, then layers
/// of the encoder's own shape. All chunks weigh the same.
/// </summary>
/// <remarks>Pappagari et al. 2019, RoBERT and ToBERT (arXiv:1910.10781): two layers.</remarks>
internal sealed class TransformerChunkEncoder : Module, IChunkEncoder
{
    private const int Layers = 2;

    /// <summary>Places that have a vector of their own; chunks behind them share the last one.</summary>
    private const int Positions = 256;

    private readonly Embedding positions;
    private readonly LayerNorm norm;
    private readonly Dropout dropout;
    private readonly ModuleList<BertLayer> layer;

    public TransformerChunkEncoder(BertConfig config, ModelContext context)
    {
        positions = Child("position_embeddings", new Embedding(Positions, config.HiddenSize, context));
        norm = Child("LayerNorm", new LayerNorm(config.HiddenSize, config.LayerNormEps, context));
        dropout = new Dropout(config.HiddenDropoutProb, context.Dropout);
        layer = Child("layer", new ModuleList<BertLayer>(Enumerable.Range(0, Layers).Select(_ => new BertLayer(config, context))));
        Width = config.HiddenSize;
    }

    public int Width { get; }

    public Tensor Read(Tensor chunkVectors, IReadOnlyList<int> chunkCounts)
    {
        int[] counts = [.. chunkCounts];
        var documents = new PackedBatch(new PackedTokens(new int[counts.Sum()], counts), chunkVectors.Device);
        long[] places = [.. counts.SelectMany(count => Enumerable.Range(0, count)).Select(place => (long)Math.Min(place, Positions - 1))];
        var embedded = dropout.Forward(norm.Forward(chunkVectors + positions.Forward(Tensor.From<long>(places, places.Length).To(chunkVectors.Device))));
        var hidden = new Hidden(embedded, embedded);
        foreach (var one in layer.Items)
        {
            hidden = one.Forward(hidden, documents, firstTokensOnly: false, rows: null, trace: null);
        }

        return hidden.Stream;
    }

    public Tensor? Weigh(Tensor chunkStates, IReadOnlyList<int> chunkCounts) => null;
}
