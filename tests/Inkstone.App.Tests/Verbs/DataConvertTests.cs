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
    public void DataConvert_FolderWithSplitsAndNoneNamed_ListsThem() =>
        CliRun.Of("data", "convert", Repo.Golden("datasets", "hub"), "--output", scratch.Of("y.jsonl"))
            .ShouldBeRefused("the folder has the splits train, validation, test");

    private static void Run(params string[] arguments) => CliRun.Of(arguments).ShouldExit(0);
}
