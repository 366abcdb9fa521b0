using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

/// <summary>Any format into another, by the command line.</summary>
public sealed class DataConvertTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void DataConvert_FolderToParquetAndBack_IsTheSame()
    {
        Run("data", "convert", Repo.Golden("datasets", "save_to_disk"), "--split", "test", "--output", scratch.Of("a.jsonl"));
        Run("data", "convert", Repo.Golden("datasets", "hub"), "--split", "test", "--output", scratch.Of("y.parquet"));
        Run("data", "convert", scratch.Of("y.parquet"), "--output", scratch.Of("b.jsonl"));

        File.ReadAllText(scratch.Of("b.jsonl")).ShouldBe(File.ReadAllText(scratch.Of("a.jsonl")));
        Golden.JsonLines(scratch.Of("b.jsonl")).Count.ShouldBe(50);
        scratch.Names.ShouldBe(["a.jsonl", "b.jsonl", "y.parquet"]);
    }

    [Fact]
    public void DataConvert_SeveralFilesWithCondition_WritesWhatMeetsIt()
    {
        var first = scratch.Write("a.csv", "text,评分\n好,5\n坏,1\n");
        var second = scratch.Write("b.csv", "评分,text\n4,还行\n");

        Run("data", "convert", first, second, "--where", "\"评分\" >= 4", "--output", scratch.Of("y.jsonl"));

        File.ReadAllText(scratch.Of("y.jsonl")).ShouldBe("{\"text\":\"好\",\"label\":null,\"评分\":\"5\"}\n{\"text\":\"还行\",\"label\":null,\"评分\":\"4\"}\n");
    }

    [Theory]
    [InlineData("评分 >", "DuckDB finds a syntax error at end of input; expected a SQL condition on the columns text, 评分")]
    [InlineData("score > 1", "there is no column 'score'; expected a SQL condition on the columns text, 评分")]
    [InlineData("1=1; COPY rows TO 'x'", "this is more than a condition")]
    [InlineData("text IN (SELECT content FROM read_text('/etc/passwd'))", "it holds a query of its own")]
    public void DataConvert_BadCondition_IsRefused(string where, string problem)
    {
        var input = scratch.Write("a.csv", "text,评分\n好,5\n");

        CliRun.Of("data", "convert", input, "--where", where, "--output", scratch.Of("y.jsonl")).ShouldBeRefused(problem);

        scratch.Names.ShouldBe(["a.csv"]);
    }

    [Fact]
    public void DataConvert_NumberConditionOnACellThatIsNone_SaysWhichAndWhatToWrite()
    {
        var input = scratch.Write("a.csv", "text,评分\n好,5\n坏,暂无\n差,1\n");

        CliRun.Of("data", "convert", input, "--where", "\"评分\" >= 4", "--output", scratch.Of("y.jsonl")).ShouldBeRefused(
            "the column 评分 counts as text, as it has values that are no numbers (the first, in line 3: '暂无'); TRY_CAST(\"评分\" AS DOUBLE) instead of its name compares those that are numbers");

        Run("data", "convert", input, "--where", "TRY_CAST(\"评分\" AS DOUBLE) >= 4", "--output", scratch.Of("y.jsonl"));
        File.ReadAllText(scratch.Of("y.jsonl")).ShouldBe("{\"text\":\"好\",\"label\":null,\"评分\":\"5\"}\n");
    }

    [Theory]
    [InlineData("a.csv", "text,text,label\n好,坏,1\n", "a.csv, line 1: two columns have the name 'text'; expected each name once in the header. Rename or remove one of them.")]
    [InlineData("a.csv", "text,x,x\n好,坏,1\n", "a.csv, line 1: two columns have the name 'x'")]
    [InlineData("a.jsonl", "{\"text\":\"好\",\"x\":1,\"x\":2}\n", "a.jsonl, line 1: the object has the key 'x' twice")]
    [InlineData("a.jsonl", "{\"text\":\"好\"}\n{\"text\":\"坏\",\"text\":\"差\"}\n", "a.jsonl, line 2: the object has the key 'text' twice; expected each key once in an object. Rename or remove one of them.")]
    public void DataConvert_NameThatStandsTwice_IsRefused(string name, string content, string sentence)
    {
        CliRun.Of("data", "convert", scratch.Write(name, content), "--output", scratch.Of("y.jsonl")).ShouldBeRefused(sentence);

        scratch.Names.ShouldBe([name]);
    }

    [Fact]
    public void DataConvert_ColumnNamedAsOneThatIsWritten_KeepsBoth()
    {
        Run("data", "convert", scratch.Write("a.csv", "标题,text,label\n好,原文,1\n"), "--text-column", "标题", "--output", scratch.Of("y.csv"));

        File.ReadAllText(scratch.Of("y.csv")).ShouldBe("text,label,text_in_file\n好,1,原文\n");
    }

    [Theory]
    [InlineData("A[12].csv", "一二")]
    [InlineData("A[!1-2].csv", "三")]
    [InlineData("[AB][1-3]*", "一二三")]
    public void DataConvert_PatternWithASet_TakesTheFilesThatFit(string pattern, string texts)
    {
        scratch.Write("A1.csv", "text\n一\n");
        scratch.Write("A2.csv", "text\n二\n");
        scratch.Write("A3.csv", "text\n三\n");
        scratch.Write("C1.csv", "text\n四\n");

        Run("data", "convert", scratch.Of(pattern), "--output", scratch.Of("y.jsonl"));

        string.Concat(Golden.JsonLines(scratch.Of("y.jsonl")).Select(row => row["text"]!.GetValue<string>())).ShouldBe(texts);
    }

    [Fact]
    public void DataConvert_FolderWithSplitsAndNoneNamed_ListsThem() =>
        CliRun.Of("data", "convert", Repo.Golden("datasets", "hub"), "--output", scratch.Of("y.jsonl"))
            .ShouldBeRefused("the folder has the splits train, validation, test");

    private static void Run(params string[] arguments) => CliRun.Of(arguments).ShouldExit(0);
}
