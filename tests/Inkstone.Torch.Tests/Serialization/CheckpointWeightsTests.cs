using System.Text.Json;
using Inkstone.Tests;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

public sealed class CheckpointWeightsTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("bert-sharded")]
    [InlineData("bert-bin")]
    public void Open_OtherFormOfBert_EqualsItBitByBit(string name)
    {
        using var bert = CheckpointWeights.Open(Repo.Golden("models", "bert"));
        using var other = CheckpointWeights.Open(Repo.Golden("models", name));

        other.Keys.Order(StringComparer.Ordinal).ShouldBe(bert.Keys.Order(StringComparer.Ordinal));
        foreach (var tensor in other.Values)
        {
            SafetensorsWriterTests.ShouldEqual(tensor, bert[tensor.Name]);
        }
    }

    [Fact]
    public void Open_SeveralForms_TakesTheFirst()
    {
        File.Copy(Repo.Golden("models", "bert-bin", "pytorch_model.bin"), folder["pytorch_model.bin"]);
        Opened().ShouldBe("pytorch_model.bin");

        WriteIndex("""{"weight_map":{}}""");
        Opened().ShouldBe(Index);

        File.Copy(Repo.Golden("models", "bert", "model.safetensors"), folder["model.safetensors"]);
        Opened().ShouldBe("model.safetensors");
    }

    [Fact]
    public void Open_ShardedPickles_ReadsEachShard()
    {
        File.Copy(Repo.Golden("models", "bert-bin", "pytorch_model.bin"), folder["pytorch_model-00001-of-00001.bin"]);
        File.WriteAllText(folder["pytorch_model.bin.index.json"],
            """{"metadata":{"total_size":12},"weight_map":{"classifier.bias":"pytorch_model-00001-of-00001.bin"}}""");

        using var weights = CheckpointWeights.Open(folder.Path);

        weights.Keys.ShouldBe(["classifier.bias"]);
        weights["classifier.bias"].Shape.ShouldBe([3]);
    }

    [Fact]
    public void Open_EmptyFolder_NamesWhatWouldBeTaken() =>
        Should.Throw<FileNotFoundException>(() => CheckpointWeights.Open(folder.Path)).Message.ShouldBe(
            $"{folder.Path} holds no weights; expected one of model.safetensors, model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json.");

    [Fact]
    public void Open_NoFolder_SaysSo() =>
        Should.Throw<DirectoryNotFoundException>(() => CheckpointWeights.Open(folder["none"])).Message
            .ShouldBe($"There is no folder {folder["none"]}; expected one that holds a model's weights.");

    [Theory]
    [InlineData("""{"weight_map":{"a":"none.safetensors"}}""", "names the shard 'none.safetensors', which does not stand beside it; expected every shard.")]
    [InlineData("""{"weight_map":{"a":"../outside.safetensors"}}""", "names the shard '../outside.safetensors'; expected a file's name, without a folder.")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "names the shard '/etc/passwd'; expected a file's name, without a folder.")]
    [InlineData("""{"weight_map":{"a":".."}}""", "names the shard '..'; expected a file's name, without a folder.")]
    [InlineData("""{"weight_map":{"a":""}}""", "names the shard ''; expected a file's name, without a folder.")]
    [InlineData("""{"weight_map":{"a":"a\u0000b"}}""", "names the shard 'a\uFFFDb'; expected a file's name, without a folder.")]
    [InlineData("""{"weight_map":{"a":1}}""", "tensor 'a' has no file or stands in weight_map twice; expected one file for each tensor.")]
    [InlineData("""{"weight_map":{"a":"b","a":"b"}}""", "tensor 'a' has no file or stands in weight_map twice; expected one file for each tensor.")]
    [InlineData("""{"weight_map":[]}""", "has no weight_map; expected an object with the file of every tensor.")]
    [InlineData("""{}""", "has no weight_map; expected an object with the file of every tensor.")]
    [InlineData("""[]""", "has no weight_map; expected an object with the file of every tensor.")]
    [InlineData("""{"weight_map":""", "is no valid JSON; expected an index with a weight_map.")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}""", "is no valid JSON; expected an index with a weight_map.")]
    public void Open_BadIndex_SaysWhat(string index, string sentence)
    {
        WriteIndex(index);

        var fault = Should.Throw<InvalidWeightsException>(() => CheckpointWeights.Open(folder.Path));

        fault.Message.ShouldBe($"{folder[Index]}: {sentence}");
        fault.File.ShouldBe(folder[Index]);
    }

    [Fact]
    public void Open_TensorNotInItsShard_NamesBoth()
    {
        SafetensorsWriter.Write(folder["one.safetensors"], [SampleTensors.Of("there", DType.Float32, 2)]);
        WriteIndex(JsonSerializer.Serialize(new { weight_map = new { there = "one.safetensors", gone = "one.safetensors" } }));

        Should.Throw<InvalidWeightsException>(() => CheckpointWeights.Open(folder.Path)).Message
            .ShouldBe($"{folder["one.safetensors"]}: tensor 'gone' is missing; expected what {Index} promises.");
    }

    private string Opened()
    {
        using var weights = CheckpointWeights.Open(folder.Path);
        return Path.GetFileName(weights.Path);
    }

    private void WriteIndex(string json) => File.WriteAllText(folder[Index], json);
}
