using Inkstone.Batching;
using Inkstone.Models.Bert;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Pretraining;

/// <summary>
/// Weights to start pre-training from, whose first layer looks at neighbours already: a small BERT spends its first millions of
/// tokens on finding out that they exist. A quarter of the width carries positions, as sines and cosines of some frequencies;
/// each head of layer 0 passes them on as its keys and turns them by its offset (−1, 1, −2, 2 …) as its queries, so that
/// query · key is highest at that offset (Su et al. 2021, arXiv:2104.09864, for the algebra). Every weight trains on.
/// </summary>
internal static class OffsetHeads
{
    private const long FrequencyDraws = 1;

    // Words stay small where positions are: a twentieth; segments say nothing yet.
    private const double WordsBesidePositions = 0.05, Segments = 0.1, OtherQueriesAndKeys = 0.1;

    /// <summary>Standard deviation of new weights: 0.05 at a width of 256, where a pilot found it better than BERT's 0.02.</summary>
    public static double RangeFor(int hiddenSize) => 0.8 / Math.Sqrt(hiddenSize);

    /// <summary>Fills every parameter of a model.</summary>
    /// <param name="model">On the processor or a GPU; float32.</param>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">All chance descends from it.</param>
    public static void Fill(BertForMaskedLM model, BertConfig config, long seed)
    {
        using var noGrad = GradMode.NoGrad();
        using var generator = new Generator(seed);
        var positional = config.HiddenSize / 4;
        var frequencies = Frequencies(positional / 2, seed);
        var drawn = model.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => Draw(parameter, RangeFor(config.HiddenSize), generator));
        FillPositions(drawn["bert.embeddings.position_embeddings.weight"], frequencies, config);
        Scale(drawn["bert.embeddings.token_type_embeddings.weight"], Segments);
        for (var word = 0; word < config.VocabSize; word++)
        {
            Scale(drawn["bert.embeddings.word_embeddings.weight"].AsSpan(word * config.HiddenSize, positional), WordsBesidePositions);
        }

        PointHeads(
            drawn["bert.encoder.layer.0.attention.self.query.weight"], drawn["bert.encoder.layer.0.attention.self.key.weight"], frequencies, config);
        foreach (var (name, value) in model.NamedParameters())
        {
            using var scope = TensorScope.New();
            value.CopyInPlace(Tensor.From<float>(drawn[name], value.Shape));
        }
    }

    private static float[] Draw(NamedParameter parameter, double range, Generator generator)
    {
        using var values = PlainStart.Draw(parameter, range, generator);
        return values.ToArray<float>();
    }

    /// <summary>Irregular ones, 0.1 to π, so that no two offsets look alike.</summary>
    private static double[] Frequencies(int count, long seed)
    {
        var random = new SeededRandom(seed, FrequencyDraws);
        return [.. Enumerable.Range(0, count).Select(_ => 0.1 + (random.NextDouble() * (Math.PI - 0.1)))];
    }

    private static void FillPositions(float[] table, double[] frequencies, BertConfig config)
    {
        Array.Clear(table);
        var scale = Math.Sqrt(2) * RangeFor(config.HiddenSize);
        for (var position = 0; position < config.MaxPositionEmbeddings; position++)
        {
            var row = table.AsSpan(position * config.HiddenSize, config.HiddenSize);
            for (var wave = 0; wave < frequencies.Length; wave++)
            {
                var (sin, cos) = Math.SinCos(position * frequencies[wave]);
                row[2 * wave] = (float)(scale * sin);
                row[(2 * wave) + 1] = (float)(scale * cos);
            }
        }
    }

    private static void PointHeads(float[] query, float[] key, double[] frequencies, BertConfig config)
    {
        Scale(query, OtherQueriesAndKeys);
        Scale(key, OtherQueriesAndKeys);
        var width = config.HiddenSize;
        var headSize = width / config.NumAttentionHeads;
        for (var head = 0; head < config.NumAttentionHeads; head++)
        {
            for (var wave = 0; wave < Math.Min(frequencies.Length, headSize / 2); wave++)
            {
                var (sin, cos) = Math.SinCos(frequencies[wave] * OffsetOf(head));
                var (row, column) = (((head * headSize) + (2 * wave)) * width, 2 * wave);
                query[row + column] += (float)cos;
                query[row + column + 1] += (float)sin;
                query[row + width + column] -= (float)sin;
                query[row + width + column + 1] += (float)cos;
                key[row + column] += 1;
                key[row + width + column + 1] += 1;
            }
        }
    }

    /// <summary>−1, 1, −2, 2 …</summary>
    private static int OffsetOf(int head) => ((head / 2) + 1) * (head % 2 == 0 ? -1 : 1);

    private static void Scale(Span<float> values, double factor)
    {
        foreach (ref var value in values)
        {
            value *= (float)factor;
        }
    }
}
