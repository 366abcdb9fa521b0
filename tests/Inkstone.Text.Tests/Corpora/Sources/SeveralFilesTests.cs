using System.Net.Sockets;
using System.Text.Json.Nodes;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora.Sources;

public sealed class SeveralFilesTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("*.csv", "1,2,10")]
    [InlineData("部分 ?.csv", "1,2")]
    [InlineData("**/*.csv", "1,2,10,子")]
    [InlineData("**", "1,2,10,子")]
    [InlineData("*/子.csv", "子")]
    public void Read_Pattern_TakesWhatFitsInTheOrderOfTheNumbers(string pattern, string expected)
    {
        foreach (string name in new[] { "部分 10", "部分 1", "部分 2", "里面/子" })
        {
            scratch.Write(name + ".csv", $"text,label\n{name[(name.LastIndexOfAny([' ', '/']) + 1)..]},1\n");
        }

        scratch.Write(".hidden.csv", "text\n隐\n");

        CorpusReader.Read(scratch.Of(pattern)).Select(row => row.Text).ShouldBe(expected.Split(','));
    }

    [Fact]
    public void Read_PatternThatFitsNothing_SaysSo() => Should.Throw<InvalidDataFileException>(() => CorpusReader.Read(scratch.Of("*.jsonl")).Count())
        .Message.ShouldStartWith($"{scratch.Of("*.jsonl")}: no file fits this pattern; expected ");

    [Fact]
    public void Read_FileWhoseNameLooksLikeAPattern_IsThatFile() =>
        CorpusReader.Read(scratch.Write("a*[1]?.csv", "text\n好\n")).Single().Text.ShouldBe("好");

    [Fact]
    public void Read_SeveralPaths_KeepsTheirOrderAndNamesTheFileOfEachRow()
    {
        string b = scratch.Write("b.csv", "text,label\n乙,1\n");
        string a = scratch.Write("a.jsonl", "{\"text\":\"甲\",\"label\":0}\n");

        CorpusReader.Read([b, a]).Select(row => (row.Text, row.Label, row.File, row.Line)).ShouldBe([("乙", "1", b, 2), ("甲", "0", a, 1)]);
        CorpusReader.Files([b, scratch.Of("*.jsonl")]).ShouldBe([b, a]);
    }

    [Fact]
    public void Read_FilesWithDifferentMetadata_FillsWhatIsMissingWithNull()
    {
        string[] paths = [scratch.Write("a.csv", "text,用户\n好,1\n"), scratch.Write("b.csv", "评分,text\n5,坏\n")];

        var rows = CorpusReader.Read(paths, new() { WithMetadata = true }).Select(row => new JsonObject(row.Metadata.Select(column => KeyValuePair.Create(column.Key, column.Value?.DeepClone()))).ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

        rows.ShouldBe(["{\"用户\":\"1\",\"评分\":null}", "{\"用户\":null,\"评分\":\"5\"}"]);
    }

    [Theory]
    [InlineData("用户,label\n好,1\n", "b.csv, line 1: no column has a usual name for the text")]
    [InlineData("text,用户\n好,1\n", "b.csv: this file has no label column, but ")]
    public void Read_SecondFileLacksANeededColumn_NamesIt(string second, string problem)
    {
        string[] paths = [scratch.Write("a.csv", "text,label\n好,1\n"), scratch.Write("b.csv", second)];

        Should.Throw<InvalidDataFileException>(() => CorpusReader.Read(paths).Count()).Message.ShouldContain(problem);
    }

    [Fact]
    public void Read_Files_TellsOfEachBeforeItsFirstRow()
    {
        string[] paths = [scratch.Write("a.csv", "text,label\n好,1\n"), scratch.Write("b.jsonl", "{\"text\":\"坏\",\"label\":1}\n"), scratch.Write("c.txt", "行\n")];
        var told = new List<string>();

        foreach (var row in CorpusReader.Read(paths, new() { Opened = file => told.Add($"{Path.GetFileName(file.Path)} {file.Format} {string.Join('|', file.Columns)}") }))
        {
            told.Add(row.Text);
        }

        told.ShouldBe(["a.csv Csv text|label", "好", "b.jsonl JsonLines text|label", "坏", "c.txt PlainText ", "行"]);
    }

    [Fact]
    public void Read_FileThatCannotBeOpened_SaysSo()
    {
        string path = scratch.Of("a.csv");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));   // which nobody may open, not even root

        Should.Throw<InvalidDataFileException>(() => CorpusReader.Read(path).Count()).Message.ShouldContain("the file cannot be opened");
    }
}
