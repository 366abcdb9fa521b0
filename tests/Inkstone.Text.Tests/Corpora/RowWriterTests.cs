using System.Text;
using System.Text.Json.Nodes;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

public class RowWriterTests
{
    [Fact]
    public void Write_JsonLines_KeepsOrderKindsDigitsAndCharacters()
    {
        string written = Write("a.jsonl", [
            [
                new("text", "好\"\\\n\t\u0001/<&'+\u2028𠮷😀"), new("n", 3L), new("p", 0.1), new("z", 1e-7), new("f", 0.1f), new("ok", true), new("none", null),
                new("logits", new JsonObject { ["正面"] = -1.5 }), new("chunks", new JsonArray(1, "二")),
            ],
            [new("text", "坏")],
        ]);

        written.ShouldBe(
            "{\"text\":\"好\\\"\\\\\\n\\t\\u0001/<&'+\u2028𠮷😀\",\"n\":3,\"p\":0.1,\"z\":1E-07,\"f\":0.1,\"ok\":true,\"none\":null,"
            + "\"logits\":{\"正面\":-1.5},\"chunks\":[1,\"二\"]}\n{\"text\":\"坏\"}\n");
    }

    [Fact]
    public void Write_Csv_QuotesWhatNeedsQuotesAndFillsMissingFields()
    {
        string written = Write("a.csv", [
            [new("text", "好,\"真\"的\n"), new("p", 0.1), new("ok", true), new("逻,辑", new JsonObject { ["正"] = 1 })],
            [new("p", null), new("text", "坏")],
        ]);

        written.ShouldBe("text,p,ok,\"逻,辑\"\n\"好,\"\"真\"\"的\n\",0.1,true,\"{\"\"正\"\":1}\"\n坏,,,\n");
    }

    [Fact]
    public void Write_EmptyFirstCsvField_KeepsItsComma() =>
        Write("a.csv", [[new("text", ""), new("label", null), new("p", 1)]]).ShouldBe("text,label,p\n,,1\n");

    [Fact]
    public void Write_LoneEmptyCsvField_IsNoBlankLine() =>
        SomeFile.Read("a.csv", Write("a.csv", [[new("text", "")], [new("text", "好")]])).Select(row => row.Text).ShouldBe(["", "好"]);

    [Fact]
    public void Create_CsvWithToldColumns_HasTheHeaderAlsoWithoutRows()
    {
        using var stream = new MemoryStream();

        RowWriter.Create(stream, "a.csv", ["text", "逻,辑"]).Dispose();

        Encoding.UTF8.GetString(stream.ToArray()).ShouldBe("text,\"逻,辑\"\n");
        Should.Throw<ArgumentException>(() => RowWriter.Create(stream, "a.csv", ["id", "id"])).Message.ShouldBe(
            "A row has two values named 'id'; each name may stand once.");
    }

    [Fact]
    public void Write_MetadataOfAReadRow_GivesTheSameBytes()
    {
        const string Line = "{\"id\":12345678901234567890,\"p\":1.0e-07,\"名\":\"𠮷😀\",\"list\":[null,\"好\"],\"text\":\"好\"}\n";
        var row = SomeFile.Read("a.jsonl", Line, new ReadOptions { WithMetadata = true }).Single();

        Write("b.jsonl", [[.. row.Metadata, new("text", row.Text)]]).ShouldBe(Line);
    }

    [Fact]
    public void Write_UnpairedSurrogate_IsReplacedAndTheJsonStaysValid() =>
        JsonNode.Parse(Write("a.jsonl", [[new("text", "甲\ud83d乙")]]))!["text"]!.GetValue<string>().ShouldBe("甲\uFFFD乙");

    [Theory]
    [InlineData("a.jsonl")]
    [InlineData("a.csv")]
    public void Write_NameTwice_IsRefused(string path) =>
        Should.Throw<ArgumentException>(() => Write(path, [[new("id", 1), new("id", 2)]])).Message.ShouldBe(
            "A row has two values named 'id'; each name may stand once.");

    [Fact]
    public void Write_RowThatFails_LeavesNothingBehind()
    {
        using var stream = new MemoryStream();
        using (var writer = RowWriter.Create(stream, "a.jsonl"))
        {
            writer.Write([new("p", 1)]);
            Should.Throw<ArgumentException>(() => writer.Write([new("p", double.NaN)]));
            writer.Write([new("p", 2)]);
        }

        Encoding.UTF8.GetString(stream.ToArray()).ShouldBe("{\"p\":1}\n{\"p\":2}\n");
    }

    [Fact]
    public void Write_CsvRowWithAnotherColumn_IsRefused() =>
        Should.Throw<InvalidOperationException>(() => Write("a.csv", [[new("text", "好")], [new("text", "坏"), new("标签", 1)]])).Message.ShouldBe(
            "A csv has the columns of its first row (text), but a later row has '标签' too; write .jsonl instead.");

    [Fact]
    public void Create_OtherExtension_SaysWhichThereAre() =>
        Should.Throw<ArgumentException>(() => RowWriter.Create(Stream.Null, "out.xlsx")).Message.ShouldStartWith(
            "out.xlsx: rows are written as .jsonl, .csv or .parquet, but the name ends in '.xlsx'; give it one of these endings.");

    private static string Write(string path, List<List<KeyValuePair<string, JsonNode?>>> rows)
    {
        using var stream = new MemoryStream();
        using var writer = RowWriter.Create(stream, path);
        rows.ForEach(writer.Write);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
