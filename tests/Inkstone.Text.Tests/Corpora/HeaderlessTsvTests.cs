using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

public sealed class HeaderlessTsvTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("inkstone 表格 ").FullName;

    [Theory]
    [InlineData("train.txt")]
    [InlineData("train.tsv")]
    public void Read_TextTabLabelBesideLabelTxt_IsATableWithNamedLabels(string name)
    {
        File.WriteAllText(Path.Combine(folder, "label.txt"), "负面\n正面\n");
        string path = Write(name, "很好\t正面\n不好\t负面");
        var opened = new List<OpenedFile>();

        var rows = CorpusReader.Read(path, new ReadOptions { Opened = opened.Add }).ToList();

        rows.Select(row => (row.Text, row.Label, row.Line)).ShouldBe([("很好", "正面", 1), ("不好", "负面", 2)]);
        opened.Single().LabelNames.ShouldBe(["负面", "正面"]);
        opened.Single().Columns.ShouldBe(["text", "label"]);
    }

    [Theory]
    [InlineData("train.tsv", 2)]
    [InlineData("train.txt", 4)]
    public void Read_TextTabRepeatingLabelWithoutLabelTxt_IsATable(string name, int times)
    {
        string path = Write(name, string.Concat(Enumerable.Repeat("很好\t1\n不好\t0\n", times)));

        CorpusReader.Read(path).Select(row => row.Label).ShouldBe(Enumerable.Repeat(new[] { "1", "0" }, times).SelectMany(labels => labels));
    }

    [Theory]
    [InlineData("很好\t1\n不好\t0\n")]
    [InlineData("一\t甲说\n二\t乙说\n三\t丙说\n四\t丁说\n五\t戊说\n六\t己说\n七\t庚说\n八\t辛说\n")]
    [InlineData("很好\t1\n没有制表符\n很好\t1\n很好\t1\n很好\t1\n很好\t1\n很好\t1\n很好\t1\n")]
    public void Read_TextFileWithTabsThatProveNoLabels_StaysPlainText(string content)
    {
        var rows = CorpusReader.Read(Write("a.txt", content)).ToList();

        rows.Select(row => row.Text).ShouldBe(content.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Read_TsvWithUnknownHeader_StillAsksForIt() =>
        Should.Throw<InvalidDataFileException>(() => CorpusReader.Read(Write("a.tsv", "标题\t分数\n好\t1\n坏\t0\n好\t1\n坏\t0\n")).Count())
            .Problem.ShouldBe("no column has a usual name for the text; the columns found are: 标题, 分数");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Write(string name, string content)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
