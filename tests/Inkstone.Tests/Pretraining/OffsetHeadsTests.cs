using Inkstone.Models.Bert;
using Inkstone.Pretraining;
using Inkstone.Torch;
using Inkstone.Torch.Nn;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Pretraining;

public sealed class OffsetHeadsTests
{
    private static readonly BertConfig Config = new() { VocabSize = 50, HiddenSize = 128, NumHiddenLayers = 2, NumAttentionHeads = 4, IntermediateSize = 64, MaxPositionEmbeddings = 40 };

    [Fact]
    public void Fill_HeadsOfTheFirstLayer_LookAtTheirOffsets()
    {
        using var model = Filled(seed: 3);
        using var scope = TensorScope.New();
        using var noGrad = GradMode.NoGrad();
        var weights = model.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
        var positions = weights["bert.embeddings.position_embeddings.weight"];
        var (query, key) = (Projected("query"), Projected("key"));

        foreach (var (head, offset) in new[] { (0, -1), (1, 1), (2, -2), (3, 2) })
        {
            var scores = query.Narrow(1, head * 32, 32).MatMul(key.Narrow(1, head * 32, 32).Transpose(0, 1)).ToFloats();
            for (var position = 5; position < 35; position++)
            {
                var row = scores.AsSpan(position * 40, 40).ToArray();
                Array.IndexOf(row, row.Max()).ShouldBe(position + offset, $"head {head} at {position}");
            }
        }

        Tensor Projected(string name) => positions.Detach().MatMul(weights[$"bert.encoder.layer.0.attention.self.{name}.weight"].Detach().Transpose(0, 1));
    }

    [Fact]
    public void Fill_SeedOfTheRun_DecidesEveryWeight()
    {
        using var first = Filled(seed: 3);
        using var same = Filled(seed: 3);
        using var other = Filled(seed: 4);

        Values(first).ShouldBe(Values(same));
        Values(first).ShouldNotBe(Values(other));
    }

    private static float[] Values(BertForMaskedLM model) => [.. model.NamedParameters().SelectMany(parameter => parameter.Value.Detach().ToFloats())];

    private static BertForMaskedLM Filled(long seed)
    {
        var model = new BertForMaskedLM(Config, new ModelContext(Device.Cpu));
        OffsetHeads.Fill(model, Config, seed);
        return model;
    }
}
