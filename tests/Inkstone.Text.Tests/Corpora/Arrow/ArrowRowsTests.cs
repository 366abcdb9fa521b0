using System.Text.Json;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Inkstone.Tests;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora.Arrow;

public sealed class ArrowRowsTests : IDisposable
{
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerOptions.Default) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Read_ColumnsOfManyTypes_BecomeJsonOfTheirKind()
    {
        var list = new ListArray.Builder(Int64Type.Default);
        list.Append();
        ((Int64Array.Builder)list.ValueBuilder).Append(1).Append(2);
        var words = new StringArray.Builder().Append("北京").Append("上海").Build();
        var time = new TimestampType(TimeUnit.Microsecond, (string?)null);
        var stamp = new TimestampArray.Builder(time).Append(new DateTimeOffset(2024, 3, 1, 8, 30, 0, TimeSpan.Zero)).Build();
        string path = Write(
            ("text", new StringArray.Builder().Append("好").Build()),
            ("n", new Int32Array.Builder().Append(-7).Build()),
            ("f", new FloatArray.Builder().Append(0.1f).Build()),
            ("d", new DoubleArray.Builder().Append(double.NaN).Build()),
            ("b", new BooleanArray.Builder().Append(true).Build()),
            ("l", list.Build()),
            ("w", new DictionaryArray(new DictionaryType(Int32Type.Default, StringType.Default, false), new Int32Array.Builder().Append(1).Build(), words)),
            ("t", stamp),
            ("day", new Date32Array.Builder().Append(new DateTime(2024, 3, 1)).Build()),
            ("none", new StringArray.Builder().AppendNull().Build()));

        var row = CorpusReader.Read(path, new() { WithMetadata = true }).Single();

        row.Text.ShouldBe("好");
        new JsonObject(row.Metadata).ToJsonString(Plain).ShouldBe(
            """{"n":-7,"f":0.1,"d":null,"b":true,"l":[1,2],"w":"上海","t":"2024-03-01 08:30:00","day":"2024-03-01","none":null}""");
    }

    [Fact]
    public void Read_LabelWithoutAName_NamesTheRow()
    {
        string path = Write(
            """{"info": {"features": {"label": {"names": ["neg", "pos"], "_type": "ClassLabel"}}}}""",
            ("text", new StringArray.Builder().Append("好").Append("坏").Build()), ("label", new Int64Array.Builder().Append(1).Append(2).Build()));

        Should.Throw<InvalidDataFileException>(() => CorpusReader.Read(path).Count()).Message.ShouldBe(
            $"{path}, line 2: the label 2 has no name; expected an id from 0 to 1, or -1 for none. Correct the label, or the names that the file declares.");
    }

    [Fact]
    public void Read_TextThatIsNoText_SaysSo() => Should.Throw<InvalidDataFileException>(
        () => CorpusReader.Read(Write(("text", new Int64Array.Builder().Append(1).Build()))).Count()).Message.ShouldContain("line 1: the text is a number; expected a string or null");

    [Fact]
    public void Read_BytesThatAreNoUtf8_AreRefused()
    {
        var bytes = new ArrayData(StringType.Default, 1, 0, 0, [ArrowBuffer.Empty, new ArrowBuffer.Builder<int>().Append(0).Append(2).Build(), new ArrowBuffer.Builder<byte>().Append(0xB5).Append(0xC4).Build()]);

        Should.Throw<InvalidDataFileException>(() => CorpusReader.Read(Write(("text", new StringArray(bytes)))).Count()).Message.ShouldContain("line 1: the Arrow stream is broken");
    }

    [Fact]
    public void Read_CutAnywhere_IsRefused()
    {
        byte[] whole = File.ReadAllBytes(Repo.Golden("datasets", "save_to_disk_nulls", "data-00000-of-00001.arrow"));

        for (int length = 8; length < whole.Length; length += 101)
        {
            string path = scratch.Write("cut.arrow", whole[..length]);
            Should.Throw<InvalidDataFileException>(() => CorpusReader.Read(path).Count());
        }
    }

    [Fact]
    public void Read_TwoThousandMutations_AreReadOrRefused()
    {
        byte[][] contents =
        [
            File.ReadAllBytes(Repo.Golden("datasets", "save_to_disk_nulls", "data-00000-of-00001.arrow")),
            File.ReadAllBytes(Repo.Golden("datasets", "save_to_disk_large_string", "data-00000-of-00001.arrow")),
            File.ReadAllBytes(Write(("text", new StringArray.Builder().Append("好").Append("坏").Build()), ("w", new DictionaryArray(
                new DictionaryType(Int32Type.Default, StringType.Default, false), new Int32Array.Builder().Append(1).Append(0).Build(), new StringArray.Builder().Append("甲").Append("乙").Build())))),
        ];

        Mutations.CountRefused(scratch.Of("m.arrow"), contents, times: 2000, seed: 4).ShouldBeInRange(400, 1999);
    }

    private string Write(params (string Name, IArrowArray Values)[] columns) => Write(null, columns);

    private string Write(string? metadata, params (string Name, IArrowArray Values)[] columns)
    {
        var fields = columns.Select(column => new Apache.Arrow.Field(column.Name, column.Values.Data.DataType, true));
        var schema = new Schema(fields, metadata is null ? null : new Dictionary<string, string> { ["huggingface"] = metadata });
        string path = scratch.Of("made.arrow");
        using var stream = File.Create(path);
        using var writer = new ArrowStreamWriter(stream, schema);
        writer.WriteRecordBatch(new RecordBatch(schema, columns.Select(column => column.Values), columns[0].Values.Length));
        writer.WriteEnd();
        return path;
    }
}
