using Inkstone.Batching;
using Inkstone.Models;
using Inkstone.Recipes;
using Inkstone.Text.Chunking;
using Inkstone.Torch;

namespace Inkstone.Explaining;

/// <summary>How much the vector that is classified looks at each token of a chunk, in every layer and head.</summary>
public sealed class AttentionWeights
{
    private const int MostTokens = 2048;   // 2 GiB in a model of 12 layers and 12 heads

    private readonly float[][][] heads;
    private readonly float[] rollout;

    private AttentionWeights(float[][][] heads, float[] rollout) => (this.heads, this.rollout) = (heads, rollout);

    /// <summary>Layers of the encoder.</summary>
    public int Layers => heads.Length;

    /// <summary>Heads of each layer.</summary>
    public int Heads => heads[0].Length;

    /// <summary>Weights of a layer and a head, both from 0; one a token, and together 1.</summary>
    public IReadOnlyList<float> this[int layer, int head] => heads[layer][head];

    /// <summary>One weight a token, together 1.</summary>
    /// <exception cref="ExplainingException">The model has no such layer or head.</exception>
    public float[] Of(AttentionView view)
    {
        if (view.Kind == AttentionKind.Place && (view.Layer > Layers || view.Head > Heads))
        {
            throw new ExplainingException(FormattableString.Invariant($"there is no attention {view}: the model has {Layers} layers of {Heads} heads, both counted from 1."));
        }

        return view.Kind switch
        {
            AttentionKind.Mean => Mean(heads.SelectMany(layer => layer)),
            AttentionKind.Rollout => rollout,
            _ => view.Head is { } head ? heads[view.Layer - 1][head - 1] : Mean(heads[view.Layer - 1]),
        };
    }

    /// <summary>Runs one chunk through the model, keeping what attention usually throws away.</summary>
    /// <param name="model">The classifier, without dropout.</param>
    /// <param name="chunk">One input.</param>
    /// <param name="pooling">Which token is classified: the first, or all alike.</param>
    /// <exception cref="ExplainingException">The model keeps no weights of every token for every other.</exception>
    internal static AttentionWeights Read(IDocumentClassifier model, EncodedChunk chunk, Pooling pooling)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var trace = new ForwardTrace();
        var tokens = chunk.InputIds.Length;
        if (tokens > MostTokens)
        {
            throw new ExplainingException(FormattableString.Invariant(
                $"attention of {tokens} tokens, each for every other in every head, needs too much memory; at most {MostTokens} are looked at. Take integrated_gradients, or a smaller --max-length."));
        }

        model.Forward(new PackedBatch([new([chunk], tokens, Truncated: false)], model.Context.Device), trace);
        if (trace.Attentions.Count == 0 || trace.Attentions.Any(layer => layer.Dim != 4 || layer.Size(2) != tokens || layer.Size(3) != tokens))
        {
            throw new ExplainingException("this model's attention is sparse: it has no weight of every token for every other. Take integrated_gradients or grad_x_input.");
        }

        var layers = trace.Attentions.Select(layer => layer.Select(0, 0)).ToArray();                        // [A, S, S] each
        return new([.. layers.Select(OfReader)], Rollout(layers, pooling));

        float[][] OfReader(Tensor layer) =>
            [.. (pooling == Pooling.Mean ? layer.Mean([1]) : layer.Select(1, 0)).ToFloats().Chunk(tokens)];   // [A, S]
    }

    /// <summary>A row that starts at the classified token and is carried down, layer by layer.</summary>
    private static float[] Rollout(Tensor[] layers, Pooling pooling)
    {
        var tokens = layers[0].Size(1);
        var row = new float[tokens];
        if (pooling == Pooling.Mean)
        {
            Array.Fill(row, 1f / tokens);
        }
        else
        {
            row[0] = 1;
        }

        var mass = Tensor.From<float>(row, 1, tokens).To(layers[0].Device);
        foreach (var layer in layers.Reverse())
        {
            mass = (mass * 0.5) + (mass.MatMul(layer.Mean([0])) * 0.5);
        }

        return mass.ToFloats();
    }

    private static float[] Mean(IEnumerable<float[]> rows)
    {
        var all = rows.ToArray();
        return [.. Enumerable.Range(0, all[0].Length).Select(token => all.Average(row => row[token]))];
    }
}
