using System.Runtime.InteropServices;
using Inkstone.Tests;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

public sealed class SafetensorsReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Open_BertFolder_HasNamesShapesAndValues()
    {
        using var weights = SafetensorsReader.Open(Repo.Golden("models", "bert", "model.safetensors"));

        weights.Count.ShouldBe(57);
        weights.Metadata["format"].ShouldBe("pt");
        var embeddings = weights["bert.embeddings.word_embeddings.weight"];
        embeddings.DType.ShouldBe(DType.Float32);
        embeddings.Shape.ShouldBe([812, 64]);
        embeddings.ByteLength.ShouldBe(812 * 64 * 4);
        embeddings.ElementCount.ShouldBe(812 * 64);
        weights["classifier.weight"].Shape.ShouldBe([3, 64]);
        Singles(weights["classifier.bias"]).ShouldBe([-0.19748762249946594f, -0.020175324752926826f, -0.07657978683710098f]);
        Singles(weights["bert.encoder.layer.2.output.LayerNorm.weight"])[..2].ShouldBe([0.8491570949554443f, 1.0377649068832397f]);
    }

    [Fact]
    public void CopyTo_HalfPrecisionFolders_AreBertRoundedByTorch()
    {
        using var bert = SafetensorsReader.Open(Repo.Golden("models", "bert", "model.safetensors"));
        using var half = SafetensorsReader.Open(Repo.Golden("models", "bert-float16", "model.safetensors"));
        using var brain = SafetensorsReader.Open(Repo.Golden("models", "bert-bfloat16", "model.safetensors"));

        half.Keys.ShouldBe(bert.Keys);
        brain.Keys.ShouldBe(bert.Keys);
        foreach (var (name, exact) in bert)
        {
            half[name].DType.ShouldBe(DType.Float16);
            half[name].Shape.ShouldBe(exact.Shape);
            var halves = new Half[exact.ElementCount];
            FloatConversion.SingleToHalf(Singles(exact), halves);
            MemoryMarshal.Cast<byte, Half>(half[name].Bytes).SequenceEqual(halves).ShouldBeTrue(name);

            // The script that made these folders rounded one model twice, so bfloat16 stems from half precision.
            brain[name].DType.ShouldBe(DType.BFloat16);
            var bits = new ushort[exact.ElementCount];
            FloatConversion.SingleToBFloat16(Singles(half[name]), bits);
            MemoryMarshal.Cast<byte, ushort>(brain[name].Bytes).SequenceEqual(bits).ShouldBeTrue(name);
            Singles(brain[name]).Zip(Singles(exact)).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) <= Math.Abs(pair.Second) / 128 + 1e-7f);
        }
    }

    [Fact]
    public void Open_EveryDType_IsReadInPlace()
    {
        const string Header = """
            {"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]},
            "c":{"dtype":"F32","shape":[1,1],"data_offsets":[16,20]},"d":{"dtype":"I32","shape":[1],"data_offsets":[20,24]},
            "e":{"dtype":"F16","shape":[1],"data_offsets":[24,26]},"f":{"dtype":"BF16","shape":[1],"data_offsets":[26,28]},
            "g":{"dtype":"I16","shape":[1],"data_offsets":[28,30]},"h":{"dtype":"I8","shape":[1],"data_offsets":[30,31]},
            "i":{"dtype":"U8","shape":[1],"data_offsets":[31,32]},"j":{"dtype":"BOOL","shape":[2],"data_offsets":[32,34]},
            "k":{"dtype":"F32","shape":[0,7],"data_offsets":[34,34]},"句":{"dtype":"U8","shape":[1],"data_offsets":[34,35]}}
            """;
        using var weights = SafetensorsReader.Open(folder.Write("all.safetensors", SafetensorsBytes.File(Header, 35)));

        weights.Keys.ShouldBe(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "句"]);
        weights.Values.Select(tensor => tensor.DType).ShouldBe(
        [
            DType.Float64, DType.Int64, DType.Float32, DType.Int32, DType.Float16, DType.BFloat16, DType.Int16, DType.Int8,
            DType.UInt8, DType.Bool, DType.Float32, DType.UInt8,
        ]);
        weights["b"].Shape.ShouldBe([]);
        weights["j"].Bytes.ToArray().ShouldBe([32, 33]);
        weights["k"].Bytes.Length.ShouldBe(0);
        weights["句"].Bytes.ToArray().ShouldBe([34]);
    }

    [Fact]
    public void Pointer_AfterDispose_Throws()
    {
        var weights = SafetensorsReader.Open(Repo.Golden("models", "bert", "model.safetensors"));
        var tensor = weights["classifier.bias"];
        weights.Dispose();
        weights.Dispose();

        Should.Throw<ObjectDisposedException>(() => tensor.Pointer);
        Should.Throw<ObjectDisposedException>(() => tensor.CopyTo(new float[3]));
    }

    [Fact]
    public void CopyTo_IntegersOrWrongLength_Throws()
    {
        using var weights = SafetensorsReader.Open(folder.Write("x.safetensors", SafetensorsBytes.File(
            """{"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", 8)));

        Should.Throw<InvalidOperationException>(() => weights["x"].CopyTo(new float[1])).Message.ShouldContain("Int64");
        Should.Throw<ArgumentException>(() => weights["x"].CopyTo(new float[2])).Message.ShouldContain("has 1 elements, the destination 2");
    }

    [Fact]
    public void Indexer_UnknownName_NamesIt()
    {
        using var weights = SafetensorsReader.Open(Repo.Golden("models", "bert", "model.safetensors"));

        Should.Throw<InvalidWeightsException>(() => weights["bert.nothing"]).Message
            .ShouldEndWith("tensor 'bert.nothing' is not in the file; expected one of its 57 tensors.");
    }

    [Fact]
    public void Open_MissingFile_SaysSo() =>
        Should.Throw<FileNotFoundException>(() => SafetensorsReader.Open(folder["none.safetensors"])).Message.ShouldContain("none.safetensors");

    [Fact]
    public void Open_Folder_IsRefused() =>
        Should.Throw<InvalidWeightsException>(() => SafetensorsReader.Open(folder.Path)).Message.ShouldContain("is a folder; expected a file");

    private static float[] Singles(StoredTensor tensor)
    {
        var numbers = new float[tensor.ElementCount];
        tensor.CopyTo(numbers);
        return numbers;
    }
}
