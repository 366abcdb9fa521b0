using Inkstone.Tests;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

public sealed class LegacyNamesTests
{
    [Theory]
    [InlineData("bert.embeddings.LayerNorm.gamma", "bert.embeddings.LayerNorm.weight")]
    [InlineData("embeddings.LayerNorm.beta", "embeddings.LayerNorm.bias")]
    [InlineData("LayerNorm.gamma", "LayerNorm.weight")]
    [InlineData("bert.embeddings.LayerNorm.weight", "bert.embeddings.LayerNorm.weight")]
    [InlineData("layer_scale.gamma", "layer_scale.gamma")]
    [InlineData("preLayerNorm.gamma", "preLayerNorm.gamma")]
    [InlineData("LayerNorm.gamma.x", "LayerNorm.gamma.x")]
    public void Normalize_Name_RenamesOnlyLayerNorms(string name, string expected) => LegacyNames.Normalize(name).ShouldBe(expected);

    [Fact]
    public void Normalize_OldestFolder_GivesTheEncoderOfBert()
    {
        using var old = CheckpointWeights.Open(Repo.Golden("models", "bert-gamma-beta"));
        using var bert = CheckpointWeights.Open(Repo.Golden("models", "bert"));

        old.Keys.ShouldContain("embeddings.LayerNorm.gamma");
        old.Keys.Select(name => $"bert.{LegacyNames.Normalize(name)}").Order(StringComparer.Ordinal)
            .ShouldBe(bert.Keys.Where(name => name.StartsWith("bert.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        foreach (var tensor in old.Values)
        {
            SafetensorsWriterTests.ShouldEqual(tensor, bert[$"bert.{LegacyNames.Normalize(tensor.Name)}"]);
        }
    }
}
