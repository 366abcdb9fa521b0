using System.Text.Json;
using System.Text.Json.Nodes;
using Inkstone.Tests;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora.Parquet;

public sealed class ParquetTests : IDisposable
{
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerOptions.Default) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Write_ThenRead_KeepsValuesWithTheirKinds()
    {
        string path = Write(
            """{"text":"好,\n\"看\"","label":"正面","n":1,"x":0.1,"ok":true,"tags":["甲","乙"],"who":{"age":3},"mixed":"a"}""",
            """{"text":"坏","label":null,"n":-9007199254740993,"x":2,"ok":false,"tags":[],"who":{"age":null},"mixed":7}""",
            """{"text":"","late":5}""");

        var rows = CorpusReader.Read(path, new() { WithMetadata = true }).ToList();

        rows.Select(row => (row.Text, row.Label, row.Line)).ShouldBe([("好,\n\"看\"", "正面", 1), ("坏", null, 2), ("", null, 3)]);
        rows.Select(row => new JsonObject(row.Metadata).ToJsonString(Plain)).ShouldBe(
        [
            """{"n":1,"x":0.1,"ok":true,"tags":["甲","乙"],"who":{"age":3},"mixed":"a","late":null}""",
            """{"n":-9007199254740993,"x":2,"ok":false,"tags":[],"who":{"age":null},"mixed":"7","late":null}""",
            """{"n":null,"x":null,"ok":null,"tags":null,"who":null,"mixed":null,"late":5}""",
        ]);
    }

    [Fact]
    public void Write_NotCompleted_LeavesTheStreamEmpty()
    {
        using var stream = new MemoryStream();

        using (var writer = RowWriter.Create(stream, "a.parquet"))
        {
            writer.Write([new("text", "好")]);
        }

        stream.Length.ShouldBe(0);
    }

    [Fact]
    public void Read_NameThatDuckDbWouldTakeForAPattern_IsThatFile()
    {
        File.Copy(Write("""{"text":"好"}"""), scratch.Of("a[1]*'?.parquet"));

        CorpusReader.Read(scratch.Of("a[1]*'?.parquet")).Single().Text.ShouldBe("好");
    }

    [Fact]
    public void Read_CutShort_SaysSo()
    {
        byte[] whole = File.ReadAllBytes(Repo.Golden("datasets", "parquet", "train-snappy.parquet"));
        string path = scratch.Write("cut.parquet", whole[..(whole.Length / 2)]);

        var fault = Should.Throw<InvalidDataFileException>(() => CorpusReader.Read(path).Count());

        fault.Message.ShouldStartWith($"{path}: the parquet file cannot be read (");
        fault.Message.ShouldEndWith("; expected a parquet file that was written to its end. Write or copy it again.");
    }

    [Theory]
    [InlineData("train-none.parquet")]
    [InlineData("train-zstd.parquet")]
    public void Read_Mutations_AreReadOrRefused(string name)
    {
        byte[] content = File.ReadAllBytes(Repo.Golden("datasets", "parquet", name));

        Mutations.CountRefused(scratch.Of("m.parquet"), [content], times: 200, seed: 5).ShouldBeInRange(20, 199);
    }

    private string Write(params string[] rows)
    {
        string path = scratch.Of("written.parquet");
        using var stream = File.Create(path);
        using var writer = RowWriter.Create(stream, path);
        foreach (string row in rows)
        {
            writer.Write(JsonNode.Parse(row)!.AsObject());
        }

        writer.Complete();
        return path;
    }
}
