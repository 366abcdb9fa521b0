using System.Text;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Write_NewThenExisting_ReplacesTheContent()
    {
        AtomicFile.Write(folder["deep/er/f.txt"], stream => stream.Write("one"u8));
        AtomicFile.Write(folder["deep/er/f.txt"], stream => stream.Write("two"u8));

        File.ReadAllText(folder["deep/er/f.txt"]).ShouldBe("two");
        Directory.EnumerateFileSystemEntries(folder["deep/er"]).ShouldBe([folder["deep/er/f.txt"]]);
    }

    [Fact]
    public void Write_WriterClosesTheStream_IsComplete()
    {
        AtomicFile.Write(folder["f"], stream =>
        {
            using var writer = new StreamWriter(stream, Encoding.UTF8);
            writer.Write(new string('x', 200_000));
        });

        new FileInfo(folder["f"]).Length.ShouldBe(200_003);
    }

    [Fact]
    public void Write_ThrowsHalfWay_KeepsTheOldContent()
    {
        File.WriteAllText(folder["f"], "old");

        Should.Throw<NotSupportedException>(() => AtomicFile.Write(folder["f"], stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new NotSupportedException();
        }));

        File.ReadAllText(folder["f"]).ShouldBe("old");
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBe([folder["f"]]);
    }

    [Fact]
    public void Write_LeftoversOfKilledWriters_AreRemovedAndOthersKept()
    {
        var dead = $".f.{new string('0', 32)}.inkstone-tmp";
        var foreign = $".f.txt.{new string('0', 32)}.inkstone-tmp";
        File.WriteAllText(folder[dead], "");
        File.WriteAllText(folder[foreign], "");

        AtomicFile.Write(folder["f"], stream =>
        {
            // A second writer of the same file, while the first is at work: neither takes the other for dead.
            AtomicFile.Write(folder["f"], inner => inner.Write("inner"u8));
            stream.Write("outer"u8);
        });

        File.ReadAllText(folder["f"]).ShouldBe("outer");
        Directory.EnumerateFileSystemEntries(folder.Path).Order(StringComparer.Ordinal).ShouldBe([folder[foreign], folder["f"]]);
    }

    [Fact]
    public void Write_WhereAFolderIs_SaysSo()
    {
        Directory.CreateDirectory(folder["f"]);

        Should.Throw<IOException>(() => AtomicFile.Write(folder["f"], stream => stream.Write("x"u8))).Message
            .ShouldBe($"Cannot write the file {folder["f"]}: a folder has this name.");
    }

    [Fact]
    public void Write_OverAnOpenWeightFile_LeavesItReadable()
    {
        SafetensorsWriter.Write(folder["w"], [SampleTensors.Of("old", DType.Float32, 1000)]);
        using var open = SafetensorsReader.Open(folder["w"]);

        SafetensorsWriter.Write(folder["w"], [SampleTensors.Of("new", DType.Float32, 1)]);

        SafetensorsWriterTests.ShouldEqual(open["old"], SampleTensors.Of("old", DType.Float32, 1000));
    }
}
