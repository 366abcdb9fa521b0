using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

public sealed class DataCleanTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void DataClean_WeiboRows_WritesCountsAndListsAll()
    {
        var input = scratch.Write("x.csv", "text,label,user\n#早安#今天好😂,1,a\n早安今天好笑哭,1,b\n,0,b\nＯＫ！,0,c\nok!,0,c\n這家店不錯[赞],1,d\n不错,,d\n");

        var run = CliRun.Of(
            "data", "clean", input, "--output", scratch.Of("y.jsonl"), "--removed", scratch.Of("removed.csv"), "--drop-unlabelled",
            "--set", "normalize=weibo", "data.cleaning.traditional_to_simplified=true", "drop_normalized_duplicates=true");

        run.ExitCode.ShouldBe(0, run.Stderr);
        File.ReadAllText(scratch.Of("y.jsonl")).ShouldBe(
            "{\"text\":\"早安今天好笑哭\",\"label\":\"1\",\"user\":\"a\"}\n{\"text\":\"OK!\",\"label\":\"0\",\"user\":\"c\"}\n{\"text\":\"这家店不错赞\",\"label\":\"1\",\"user\":\"d\"}\n");
        File.ReadAllText(scratch.Of("removed.csv")).ShouldBe(
            $"file,line,reason,label,text,text_pair,problem,id,row\n{input},3,duplicate,1,早安今天好笑哭,,,,\n{input},4,empty,0,,,,,\n{input},6,normalized_duplicate,0,ok!,,,,\n{input},8,unlabelled,,不错,,,,\n");
        Cells(run).ShouldContain("read 7");
        Cells(run).ShouldContain("kept 3");
        Cells(run).ShouldContain("normalized_duplicate 1");
        Cells(run).ShouldContain("emoticons 1");
        Cells(run).ShouldContain("urls 0");
    }

    [Fact]
    public void DataClean_StandardInput_IsReadOnce()
    {
        var run = CliRun.Of(["data", "clean", "-", "--output", scratch.Of("y.csv")], stdin: "好\n好\n坏\n");

        run.ExitCode.ShouldBe(0, run.Stderr);
        File.ReadAllText(scratch.Of("y.csv")).ShouldBe("text,label\n好,\n坏,\n");
    }

    [Fact]
    public void DataClean_WrongKeys_AreRefusedTogether()
    {
        var input = scratch.Write("x.csv", "text\n好\n");

        var run = CliRun.Of("data", "clean", input, "--output", scratch.Of("y.csv"), "--set", "normalise=weibo", "repeated_characters=-1");

        run.ExitCode.ShouldBe(2);
        run.Stderr.ShouldContain("did you mean data.cleaning.normalize?");
        scratch.Names.ShouldBe(["x.csv"]);
    }

    [Fact]
    public void DataSplit_ThreeWays_WritesEveryRowOnceAndCountsThem()
    {
        var input = scratch.Write("x.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"第{i}条,{(i % 4 == 0 ? "a" : "b")}\n")));

        var run = CliRun.Of("data", "split", input, "--output-dir", scratch.Of("s"), "--validation", "0.1", "--test", "0.2", "--seed", "7");

        run.ExitCode.ShouldBe(0, run.Stderr);
        var parts = new[] { "train", "validation", "test" }.Select(part => Golden.JsonLines(scratch.Of($"s/{part}.jsonl"))).ToList();
        parts.Select(part => part.Count).ShouldBe([70, 10, 20]);
        parts.SelectMany(part => part.Select(row => (string)row["text"]!)).Distinct().Count().ShouldBe(100);
        Cells(run).ShouldContain("all 70 10 20");
        Cells(run).ShouldContain("a 18 2 5");

        var again = CliRun.Of("data", "split", input, "--output-dir", scratch.Of("s"));
        again.ExitCode.ShouldBe(2);
        again.Stderr.ShouldContain("rows of an older split may be in it; give --output-dir a new or an empty folder.");
    }

    [Fact]
    public void DataSplit_TextsThatTheReportCountsAsEqual_StayTogether()
    {
        var input = scratch.Write("x.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"Good 第{i}条,{i % 2}\ngood第 {i} 条,{i % 2}\n")));

        CliRun.Of("data", "split", input, "--output-dir", scratch.Of("s"), "--validation", "0.2", "--test", "0.2").ShouldExit(0);

        var report = CliRun.Of("data", "report", scratch.Of("s"), "--format", "json").ShouldExit(0);
        report.Stdout.ShouldContain("\"exact\": 0");
        report.Stdout.ShouldNotContain("\"exact\": 1");
    }

    [Fact]
    public void DataSplit_PartFarFromItsShare_SaysSo()
    {
        var input = scratch.Write("x.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"第{i}条,{i % 2}\n")));

        CliRun.Of("data", "split", input, "--output-dir", scratch.Of("s"), "--validation", "0.1", "--test", "0.1").ShouldExit(0)
            .Stderr.ShouldContain("validation has 20 % of the rows (2) instead of 10 %: ");
    }

    [Fact]
    public void DataSplit_PartWithoutRows_SaysSo()
    {
        var input = scratch.Write("x.csv", "text,label,user\n好,1,a\n坏,0,b\n很好,1,a\n一般,,c\n");

        CliRun.Of("data", "split", input, "--output-dir", scratch.Of("s"), "--group-column", "user", "--validation", "0.1").ShouldExit(0)
            .Stderr.ShouldBe("validation has no rows: its share of so few texts, or of so few groups, comes to none.\n");
    }

    [Fact]
    public void DataSplit_Parquet_IsAFolderThatReadsAsSplits()
    {
        var input = scratch.Write("x.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"第{i}条,{i % 2}\n")));

        CliRun.Of("data", "split", input, "--output-dir", scratch.Of("s"), "--format", "parquet").ShouldExit(0);

        CliRun.Of("data", "convert", scratch.Of("s"), "--split", "validation", "--output", scratch.Of("y.jsonl")).ShouldExit(0);
        Golden.JsonLines(scratch.Of("y.jsonl")).Count.ShouldBe(2);
    }

    [Fact]
    public void DataSplit_Folds_WritesTrainAndValidationOfEach()
    {
        var input = scratch.Write("x.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"第{i}条,{i % 2}\n")));

        var run = CliRun.Of("data", "split", input, "--output-dir", scratch.Of("s"), "--folds", "3", "--format", "csv");

        run.ExitCode.ShouldBe(0, run.Stderr);
        var validation = Enumerable.Range(1, 3).Select(fold => File.ReadAllLines(scratch.Of($"s/fold-{fold}/validation.csv")).Skip(1).ToList()).ToList();
        validation.ShouldAllBe(rows => rows.Count == 10);
        validation.SelectMany(rows => rows).Distinct().Count().ShouldBe(30);
        File.ReadAllLines(scratch.Of("s/fold-1/train.csv")).Skip(1).Intersect(validation[0]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--validation", "0.5", "--test", "0.5")]
    [InlineData("--validation", "0")]
    [InlineData("--folds", "1")]
    [InlineData("--folds", "5")]
    [InlineData("--folds", "2", "--test", "0.1")]
    [InlineData("--format", "xml")]
    public void DataSplit_ImpossibleShares_IsRefusedAndLeavesNothing(params string[] options)
    {
        var input = scratch.Write("x.csv", "text,label\n好,1\n坏,0\n");

        CliRun.Of(["data", "split", input, "--output-dir", scratch.Of("s"), .. options]).ExitCode.ShouldBe(2);

        scratch.Names.ShouldBe(["x.csv"]);
    }

    /// <summary>The lines of a table, with one blank between cells.</summary>
    private static List<string> Cells(CliRun run) => [.. run.Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
}
