using Inkstone.Models.Bert;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.FirstEncoder;

/// <summary>
/// A start from which a small BERT learns sooner: a quarter of the width carries positions only, as sines and cosines,
/// and the first layer's heads begin by looking at the tokens 1 and 2 to the left and right. Every weight stays
/// trainable; the folder stays a plain BERT.
/// </summary>
internal static class OffsetHeads
{
    private static readonly int[] Offsets = [-1, 1, -2, 2, -3, 3, -4, 4];

    public static void Apply(BertForMaskedLM model, BertConfig config, long seed)
    {
        using var noGrad = GradMode.NoGrad();
        var parameters = model.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
        using var generator = new Generator(seed);
        foreach (var parameter in model.NamedParameters())
        {
            Initialize(parameter, config.InitializerRange, generator);
        }

        var positional = config.HiddenSize / 4;
        var frequencies = Frequencies(positional / 2, seed);
        FillPositions(parameters["bert.embeddings.position_embeddings.weight"], frequencies, config);
        Dampen(parameters["bert.embeddings.word_embeddings.weight"], positional);
        parameters["bert.embeddings.token_type_embeddings.weight"].MulInPlace(0.1);
        PointHeads(
            parameters["bert.encoder.layer.0.attention.self.query.weight"], parameters["bert.encoder.layer.0.attention.self.key.weight"], frequencies, config);
    }

    private static void Initialize(NamedParameter parameter, double range, Generator generator)
    {
        if (parameter.Name.EndsWith("LayerNorm.weight", StringComparison.Ordinal))
        {
            parameter.Value.FillInPlace(1);
        }
        else if (parameter.Name.EndsWith("bias", StringComparison.Ordinal))
        {
            parameter.Value.ZeroInPlace();
        }
        else
        {
            parameter.Value.NormalInPlace(0, range, generator);
        }
    }

    /// <summary>Irregular ones, 0.1 to π, so that no two offsets look alike.</summary>
    private static double[] Frequencies(int count, long seed)
    {
        var random = new Batching.SeededRandom(seed, stream: 1);
        return [.. Enumerable.Range(0, count).Select(_ => 0.1 + (random.NextDouble() * (Math.PI - 0.1)))];
    }

    private static void FillPositions(Tensor table, double[] frequencies, BertConfig config)
    {
        var values = table.AsSpan<float>();
        values.Clear();
        var scale = Math.Sqrt(2) * config.InitializerRange;
        for (var position = 0; position < config.MaxPositionEmbeddings; position++)
        {
            var row = values.Slice(position * config.HiddenSize, config.HiddenSize);
            for (var wave = 0; wave < frequencies.Length; wave++)
            {
                row[2 * wave] = (float)(scale * Math.Sin(position * frequencies[wave]));
                row[(2 * wave) + 1] = (float)(scale * Math.Cos(position * frequencies[wave]));
            }
        }
    }

    private static void Dampen(Tensor words, int positional)
    {
        using var scope = TensorScope.New();
        words.Narrow(1, 0, positional).MulInPlace(0.05);
    }

    private static void PointHeads(Tensor query, Tensor key, double[] frequencies, BertConfig config)
    {
        query.MulInPlace(0.1);
        key.MulInPlace(0.1);
        var q = query.AsSpan<float>();
        var k = key.AsSpan<float>();
        var width = config.HiddenSize;
        var headSize = width / config.NumAttentionHeads;
        for (var head = 0; head < config.NumAttentionHeads; head++)
        {
            for (var wave = 0; wave < Math.Min(frequencies.Length, headSize / 2); wave++)
            {
                var (sin, cos) = Math.SinCos(frequencies[wave] * Offsets[head]);
                var row = ((head * headSize) + (2 * wave)) * width;
                q[row + (2 * wave)] += (float)cos;
                q[row + (2 * wave) + 1] += (float)sin;
                q[row + width + (2 * wave)] -= (float)sin;
                q[row + width + (2 * wave) + 1] += (float)cos;
                k[row + (2 * wave)] += 1;
                k[row + width + (2 * wave) + 1] += 1;
            }
        }
    }
}
