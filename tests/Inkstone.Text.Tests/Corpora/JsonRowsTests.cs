using System.Text.Json.Nodes;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

public class JsonRowsTests
{
    [Fact]
    public void Read_ArrayOnOneLine_NumbersItsObjects()
    {
        const string Content = "[{\"text\": \"好\"}, {\"text\": \"坏\"}]";

        SomeFile.Read("a.json", Content).Select(row => (row.Line, row.Number)).ShouldBe([(1, 1), (1, 2)]);
        SomeFile.Read("a.jsonl", "{\"text\": \"好\"}\n").Single().Number.ShouldBeNull();
    }

    [Fact]
    public void Read_Metadata_KeepsJsonKindsAndDigits()
    {
        const string Line = """{"id":12345678901234567890,"text":"好","p":1.0e-07,"ok":true,"none":null,"tags":["a",{"b":1}],"s":"x"}""";

        var row = SomeFile.Read("a.jsonl", Line, new ReadOptions { WithMetadata = true }).Single();

        row.Id.ShouldBe("12345678901234567890");
        new JsonObject(row.Metadata).ToJsonString().ShouldBe(
            """{"id":12345678901234567890,"p":1.0e-07,"ok":true,"none":null,"tags":["a",{"b":1}],"s":"x"}""");
    }

    [Theory]
    [InlineData("\"正面\"", "正面")]
    [InlineData("1", "1")]
    [InlineData("true", "true")]
    [InlineData("null", null)]
    [InlineData("\"\"", null)]
    [InlineData("-1", null)]
    public void Read_Label_StaysAsWritten(string json, string? label) =>
        SomeFile.Read("a.jsonl", $"{{\"text\": \"好\", \"label\": {json}}}").Single().Label.ShouldBe(label);

    [Fact]
    public void Read_LabelMissingInSomeObjects_LeavesThemUnlabelled()
    {
        var rows = SomeFile.Read("a.jsonl", "{\"text\": \"甲\"}\n{\"text\": \"乙\", \"label\": 1}\n{\"label\": 0, \"text\": \"丙\"}");

        rows.Select(row => row.Label).ShouldBe([null, "1", "0"]);
    }

    [Fact]
    public void Read_NullText_IsEmpty() => SomeFile.Read("a.jsonl", "{\"text\": null}").Single().Text.ShouldBe("");

    [Fact]
    public void Read_Array_CountsLinesWhereObjectsBegin()
    {
        var rows = SomeFile.Read("a.json", "[\n{\"text\": \"甲\"},\n\n{\n\"text\": \"乙\"}, {\"text\": \"丙\"}]");

        rows.Select(row => row.Line).ShouldBe([2, 4, 5]);
    }
}
