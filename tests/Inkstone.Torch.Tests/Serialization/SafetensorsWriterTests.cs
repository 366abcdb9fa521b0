using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Inkstone.Tests;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Write_WhatTheReferenceWrote_GivesItsBytes()
    {
        // The reference serializer orders as this one does, so its file must come out again byte by byte.
        var path = Repo.Golden("models", "bert", "model.safetensors");
        using var weights = SafetensorsReader.Open(path);

        SafetensorsWriter.Write(folder["again.safetensors"], weights.Values.Reverse(), weights.Metadata);

        File.ReadAllBytes(folder["again.safetensors"]).AsSpan().SequenceEqual(File.ReadAllBytes(path)).ShouldBeTrue();
    }

    [Fact]
    public void Write_AnyTensors_ReadsBackEqual()
    {
        var name = ArbMap.Default.ArbFor<string>().Generator.Where(IsText);
        var dtype = Gen.Elements(Enum.GetValues<DType>());
        var shape = Gen.Choose(0, 4).ListOf().Where(sizes => sizes.Count <= 4);
        var tensor = from n in name from t in dtype from s in shape
                     select SampleTensors.Of(n, t, [.. s.Select(size => (long)size)]);

        Prop.ForAll(tensor.ListOf().ToArbitrary(), list =>
        {
            var tensors = list.DistinctBy(t => t.Name).ToList();
            SafetensorsWriter.Write(folder["any.safetensors"], tensors);

            using var read = SafetensorsReader.Open(folder["any.safetensors"]);
            read.Keys.Order(StringComparer.Ordinal).ShouldBe(tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
            foreach (var written in tensors)
            {
                ShouldEqual(read[written.Name], written);
            }
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
    }

    [Fact]
    public void Write_MixedTypes_AlignsEveryTensor()
    {
        SafetensorsWriter.Write(folder["aligned.safetensors"], SampleTensors.Many(40));

        using var weights = SafetensorsReader.Open(folder["aligned.safetensors"]);
        weights.Values.Where(tensor => tensor.ElementCount > 0)
            .ShouldAllBe(tensor => tensor.Pointer % (tensor.ByteLength / tensor.ElementCount) == 0);
        (BitConverter.ToInt64(File.ReadAllBytes(folder["aligned.safetensors"])) % 8).ShouldBe(0);
    }

    [Fact]
    public void Write_NoMetadataGiven_SaysPyTorch()
    {
        SafetensorsWriter.Write(folder["pt.safetensors"], []);

        Encoding.UTF8.GetString(File.ReadAllBytes(folder["pt.safetensors"]).AsSpan(8)).TrimEnd(' ')
            .ShouldBe("""{"__metadata__":{"format":"pt"}}""");
        using var read = SafetensorsReader.Open(folder["pt.safetensors"]);
        read.Count.ShouldBe(0);
    }

    [Fact]
    public void Write_OtherOrder_GivesTheSameBytes()
    {
        var tensors = SampleTensors.Many(30);
        var metadata = new Dictionary<string, string> { ["z"] = "1", ["a"] = "\"中\"" };
        SafetensorsWriter.Write(folder["one"], tensors, metadata);
        SafetensorsWriter.Write(folder["two"], Enumerable.Reverse(tensors), metadata.Reverse().ToDictionary());

        File.ReadAllBytes(folder["two"]).ShouldBe(File.ReadAllBytes(folder["one"]));
        using var read = SafetensorsReader.Open(folder["one"]);
        read.Metadata["a"].ShouldBe("\"中\"");
    }

    [Theory]
    [InlineData("__metadata__")]
    [InlineData("twice")]
    public void Write_ImpossibleNames_LeavesNoFile(string name)
    {
        var tensor = SampleTensors.Of(name, DType.Float32, 2);

        Should.Throw<ArgumentException>(() => SafetensorsWriter.Write(folder["bad"], [tensor, tensor]))
            .Message.ShouldStartWith($"A safetensors file cannot hold tensor '{name}': names must be distinct and not __metadata__.");
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void CopyOf_WrongLength_SaysHowMany() =>
        Should.Throw<ArgumentException>(() => StoredTensor.CopyOf("w", DType.Float32, [2, 3], new byte[23]))
            .Message.ShouldStartWith("Tensor 'w' of shape [2, 3] takes 24 bytes, got 23.");

    internal static void ShouldEqual(StoredTensor actual, StoredTensor expected)
    {
        actual.DType.ShouldBe(expected.DType, expected.Name);
        actual.Shape.ShouldBe(expected.Shape, expected.Name);
        actual.Bytes.SequenceEqual(expected.Bytes).ShouldBeTrue(expected.Name);
    }

    // Half a surrogate pair cannot be written as UTF-8.
    private static bool IsText(string text) => text is not null && text != "__metadata__"
        && text == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
