using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>Model folders that are broken, or want to break us.</summary>
public sealed class BadModelTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Predict_FolderWithoutConfig_IsRefused()
    {
        var model = scratch.CopyModel();
        File.Delete(Path.Combine(model, "config.json"));

        Refused(model, "has no config.json, so it is not a Hugging Face model folder");
    }

    [Fact]
    public void Predict_ConfigOfAnotherArchitecture_IsRefused()
    {
        var model = scratch.CopyModel();
        EditConfig(model, config => config["model_type"] = "albert");

        Refused(model, "model_type is albert, but this version reads bert");
    }

    [Fact]
    public void Predict_LongformerWithAnOddWindow_IsRefused()
    {
        var model = scratch.CopyModel("longformer");
        EditConfig(model, config => config["attention_window"] = 15);

        Refused(model, "config.json", "attention_window must be even and at least 2 in every layer", "but is 15");
    }

    [Fact]
    public void Predict_EncoderWithoutHead_IsSentToTrain()
    {
        var model = scratch.CopyModel();
        EditConfig(model, config =>
        {
            config["architectures"] = new JsonArray("BertModel");
            config.Remove("id2label");
            config.Remove("label2id");
        });

        Refused(model, "is no trained classifier", "inkstone train RECIPE --model");
    }

    [Fact]
    public void Predict_HeadThatTheWeightsLack_IsSentToTrain()
    {
        var model = scratch.CopyModel();
        EditHeader(model, header => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(header).Replace("\"classifier.", "\"elsewhere.", StringComparison.Ordinal)));

        Refused(model, "is no trained classifier: it lacks classifier.weight, classifier.bias", "inkstone train RECIPE --model");
    }

    [Fact]
    public void Predict_VocabularyWithoutUnk_IsRefused()
    {
        var model = scratch.CopyModel();
        File.Delete(Path.Combine(model, "tokenizer.json"));
        var vocab = Path.Combine(model, "vocab.txt");
        File.WriteAllText(vocab, File.ReadAllText(vocab).Replace("[UNK]\n", "unk\n", StringComparison.Ordinal));

        Refused(model, "vocab.txt: the vocabulary has no [UNK]");
    }

    [Fact]
    public void Predict_TruncatedWeights_AreRefused()
    {
        var model = scratch.CopyModel();
        using (var file = File.OpenWrite(Weights(model)))
        {
            file.SetLength(500_000);
        }

        Refused(model, "model.safetensors", "where the file ends");
    }

    [Theory]
    [InlineData("negative offsets", "[-4, 12]")]
    [InlineData("backwards", "[16, 4]")]
    [InlineData("giant", "[0, 9223372036854775807]")]
    [InlineData("overlap", "[0, 12]")]
    public void Predict_LyingOffsets_AreRefused(string kind, string offsets)
    {
        var model = scratch.CopyModel();
        EditHeader(model, header =>
        {
            var tensors = JsonNode.Parse(header)!.AsObject();
            tensors["classifier.bias"]!["data_offsets"] = JsonNode.Parse(offsets);
            return Encoding.UTF8.GetBytes(tensors.ToJsonString());
        });

        kind.ShouldNotBeEmpty();
        Refused(model, "model.safetensors: tensor '");
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1L)]
    [InlineData(90_000_000L)]
    public void Predict_LyingHeaderLength_IsRefused(long length)
    {
        var model = scratch.CopyModel();
        using (var file = File.OpenWrite(Weights(model)))
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
            file.Write(bytes);
        }

        Refused(model, "model.safetensors");
    }

    [Fact]
    public void Predict_PickleThatCallsCode_IsRefusedAndNotObeyed()
    {
        var model = scratch.CopyModel("bert-bin");
        var mark = scratch.Of("mark");
        var weights = Path.Combine(model, "pytorch_model.bin");
        File.Delete(weights);
        using (var zip = ZipFile.Open(weights, ZipArchiveMode.Create))
        {
            // Protocol 2: GLOBAL posix.system, MARK, BINUNICODE, TUPLE, REDUCE, STOP.
            var command = Encoding.UTF8.GetBytes($"touch {mark}");
            Store(zip, "archive/data.pkl", [0x80, 2, .. "cposix\nsystem\n("u8, (byte)'X', (byte)command.Length, 0, 0, 0, .. command, .. "tR."u8]);
            Store(zip, "archive/version", "3\n"u8.ToArray());
        }

        Refused(model, "pytorch_model.bin", "posix");
        File.Exists(mark).ShouldBeFalse();
    }

    private void Refused(string model, params string[] parts)
    {
        CliRun.Of("predict", "--model", model, "好").ShouldBeRefused(parts);
        scratch.Names.ShouldBe(["model"]);
    }

    private static string Weights(string model) => Path.Combine(model, "model.safetensors");

    private static void Store(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }

    private static void EditConfig(string model, Action<JsonObject> edit)
    {
        var path = Path.Combine(model, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        edit(config);
        File.WriteAllText(path, config.ToJsonString());
    }

    private static void EditHeader(string model, Func<byte[], byte[]> edit)
    {
        var bytes = File.ReadAllBytes(Weights(model));
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = edit(bytes[8..(8 + length)]);
        var size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, header.Length);
        File.WriteAllBytes(Weights(model), [.. size, .. header, .. bytes[(8 + length)..]]);
    }
}
