using System.Diagnostics;
using System.Text;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

/// <summary>What every verb that reads data has in common: pipes, paths, encodings, conditions, label maps and columns that pass through.</summary>
public sealed class DataReadingTests : IDisposable
{
    private const string Reviews = "text,label,用户,id\n这家酒店的服务态度很好，早餐也不错,1,甲,r1\n房间又小又旧，再也不会来住了,0,乙,r2\n位置方便，下次还来，推荐给朋友,1,甲,r3\n前台爱理不理，等了一个小时才入住,0,丙,r4\n";

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void AllVerbs_ChinesePathWithBlanksInGbk_ReadItAndSayTheEncodingOnce()
    {
        var folder = Directory.CreateDirectory(scratch.Of("我的 数据")).FullName;
        var input = Path.Combine(folder, "评论 表.csv");
        File.WriteAllBytes(input, CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!.GetBytes(Reviews));
        string Of(string name) => Path.Combine(folder, name);
        var said = $"{input}: read as gb18030.\n";

        CliRun.Of("data", "report", input, "--output", Of("报 告.html")).ShouldExit(0).Stderr.ShouldBe(said);
        CliRun.Of("data", "convert", input, "--output", Of("行 1.jsonl")).ShouldExit(0).Stderr.ShouldBe(said);
        CliRun.Of("data", "convert", input, "--output", Of("行 1.parquet")).ShouldExit(0).Stderr.ShouldBe(said);
        CliRun.Of("data", "clean", input, "--output", Of("行 2.csv"), "--removed", Of("去 掉.csv")).ShouldExit(0).Stderr.ShouldBe(said);
        CliRun.Of("data", "split", input, "--output-dir", Of("分 开"), "--validation", "0.5").ShouldExit(0).Stderr.ShouldBe(said);
        CliRun.Of("tokenize", "--model", Golden.Bert, "--input", input, "--output", Of("行 3.jsonl")).ShouldExit(0).Stderr.ShouldBe(said);
        CliRun.Of("predict", "--model", Golden.Bert, "--input", input, "--output", Of("行 4.jsonl")).ShouldExit(0).Stderr.ShouldStartWith(said);
        CliRun.Of("data", "convert", input, "--output", Of("行 5.jsonl"), "--quiet").ShouldExit(0).Stderr.ShouldBeEmpty();
        CliRun.Of("data", "convert", Of("行 1.parquet"), "--output", Of("行 6.jsonl")).ShouldExit(0);
        File.ReadAllText(Of("行 6.jsonl")).ShouldBe(File.ReadAllText(Of("行 1.jsonl")));
    }

    [Theory]
    [InlineData("convert", "--output", "y.jsonl")]
    [InlineData("convert", "--output", "y.jsonl", "--where", "label = 1")]
    [InlineData("clean", "--output", "y.jsonl")]
    [InlineData("split", "--output-dir", "y", "--validation", "0.5")]
    [InlineData("report")]
    public void DataVerb_PipeAlone_IsReadOnce(string verb, params string[] options)
    {
        var run = WithPipe(["data", verb, scratch.Of("pipe.csv"), .. options]).ShouldExit(0);

        run.Stderr.ShouldBeEmpty();
        if (options.Length > 0 && options[1] == "y.jsonl")
        {
            Golden.JsonLines(scratch.Of("y.jsonl")).Select(row => (string)row["id"]!).ShouldBe(options.Length > 2 ? ["r1", "r3"] : ["r1", "r2", "r3", "r4"]);
        }
    }

    [Theory]
    [InlineData("leaks are looked for in a second reading", "report")]
    [InlineData("of several files all columns must be known before the first row", "convert", "--output", "y.jsonl")]
    public void DataVerb_PipeAmongFiles_IsRefused(string problem, params string[] call)
    {
        var other = scratch.Write("other.csv", Reviews);

        WithPipe(["data", call[0], scratch.Of("pipe.csv"), other, .. call[1..]]).ShouldBeRefused("pipe.csv: this is a pipe, which can be read only once", problem);

        scratch.Names.ShouldBe(["other.csv", "pipe.csv"]);
    }

    [Fact]
    public void PredictTokenizeTest_ConditionSplitAndEncoding_TakeOnlyWhatMeetsThem()
    {
        var gbk = scratch.Write("x.csv", CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!.GetBytes(Reviews.Replace(",1,", ",positive,", StringComparison.Ordinal).Replace(",0,", ",negative,", StringComparison.Ordinal)));
        string[] told = ["--encoding", "gb18030", "--where", "\"用户\" = '甲'"];

        CliRun.Of(["predict", "--model", Golden.Bert, "--input", gbk, "--output", scratch.Of("p.jsonl"), .. told]).ShouldExit(0);
        CliRun.Of(["tokenize", "--model", Golden.Bert, "--input", gbk, "--output", scratch.Of("t.jsonl"), .. told]).ShouldExit(0);
        var judged = CliRun.Of(["test", "--model", Golden.Bert, "--data", gbk, .. told]).ShouldExit(0);

        Golden.JsonLines(scratch.Of("p.jsonl")).Select(row => (string)row["id"]!).ShouldBe(["r1", "r3"]);
        Golden.JsonLines(scratch.Of("t.jsonl")).Count.ShouldBe(2);
        judged.Stdout.ShouldContain("x.csv: 2 rows");
        CliRun.Of("test", "--model", Golden.Bert, "--data", gbk, "--encoding", "utf-8").ShouldBeRefused("the byte 0x");
        CliRun.Of("tokenize", "--model", Golden.Bert, "--input", gbk, "--encoding", "klingon").ShouldBeRefused("--encoding must be one of ");
        CliRun.Of("predict", "--model", Golden.Bert, "--input", Repo.Golden("datasets", "hub"), "--split", "test", "--where", "label = 1", "--output", scratch.Of("h.jsonl")).ShouldExit(0);
        Golden.JsonLines(scratch.Of("h.jsonl")).Count.ShouldBe(23);
        CliRun.Of("test", "--model", Golden.Bert, "--data", Repo.Golden("datasets", "hub"), "--split", "test", "--label-map", "neg=negative,pos=positive")
            .ShouldExit(0).Stdout.ShouldContain("hub: 50 rows");
    }

    [Fact]
    public void Test_LabelsThatAreIds_SaysWhatTheyAreReadAs()
    {
        var input = scratch.Write("x.csv", "text,label\n很好,2\n很差,0\n");

        CliRun.Of("test", "--model", Golden.Bert, "--data", input).ShouldExit(0)
            .Stderr.ShouldContain($"{input}: labels 0, 2 are read as ids: 0 = negative, 2 = positive; data.label_map (--label-map) says otherwise.");
    }

    [Fact]
    public void TrainThenTest_LabelMapOfTheRecipe_IsKnownToTheCheckpoint()
    {
        var rows = string.Concat(Enumerable.Range(0, 24).Select(i => i % 2 == 0 ? $"第{i}次来，服务很好,1,u{i}\n" : $"第{i}次来，房间太差,0,u{i}\n"));
        var first = scratch.Write("a.csv", "text,label,用户\n" + rows);
        var second = scratch.Write("b.csv", "text,label,用户\n" + rows.Replace("第", "回头第", StringComparison.Ordinal));
        var named = scratch.Write("named.csv", "text,label,用户\n很好,pos,甲\n很差,neg,乙\n");
        var run = scratch.Of("run");

        CliRun.Of(
            "train", scratch.Write("r.yaml", Golden.Recipe), "--train-file", first, "--train-file", second, "--test-file", second, "--output-dir", run,
            "--set", "data.validation_file=null", "data.label_map={0: neg, 1: pos}", "training.max_steps=1").ShouldExit(0);

        File.ReadAllText(Path.Combine(run, "recipe.yaml")).ShouldContain("b.csv");
        File.ReadAllText(Path.Combine(run, "best", "inkstone.json")).ShouldContain("\"label_map\"");
        CliRun.Of("test", "--model", run, "--data", second, "--output-dir", scratch.Of("judged")).ShouldExit(0);
        CliRun.Of("test", "--model", run, "--data", named).ShouldExit(0).Stdout.ShouldContain("named.csv: 2 rows");
        CliRun.Of("test", "--model", run, "--data", scratch.Write("z.csv", "text,label\n好,2\n")).ShouldBeRefused("z.csv, line 2: the label '2' is not in label_map; expected one of 0, 1, neg, pos");
        var judged = File.ReadAllLines(Path.Combine(scratch.Of("judged"), "predictions.csv"));
        judged[0].ShouldBe("id,text,label,predicted,confidence,probability_neg,probability_pos,seen,truncated,用户");
        judged[1].ShouldStartWith(",回头第0次来，服务很好,pos,");
        judged[1].ShouldEndWith(",u0");
        File.ReadAllLines(Path.Combine(run, "evaluation", "predictions.csv")).Select(WithoutNumbers).ShouldBe(judged.Select(WithoutNumbers));

        static string WithoutNumbers(string line) => string.Concat(line.Split(',').Where(cell => !cell.StartsWith("0.", StringComparison.Ordinal)).Select(cell => cell + ","));
    }

    [Theory]
    [InlineData("x.parquet", "y.jsonl")]
    [InlineData("x.parquet", "y.csv")]
    [InlineData("x.csv", "y.parquet")]
    [InlineData("save_to_disk_nulls", "y.jsonl")]
    public void Predict_AnyFormats_PassOtherColumnsThrough(string from, string to)
    {
        var csv = scratch.Write("x.csv", Reviews);
        CliRun.Of("data", "convert", csv, "--output", scratch.Of("x.parquet")).ShouldExit(0);
        var input = from.StartsWith("x.", StringComparison.Ordinal) ? scratch.Of(from) : Repo.Golden("datasets", from);

        CliRun.Of("predict", "--model", Golden.Bert, "--input", input, "--output", scratch.Of(to)).ShouldExit(0);

        CliRun.Of("data", "convert", scratch.Of(to), "--output", scratch.Of("read.jsonl")).ShouldExit(0);
        var rows = Golden.JsonLines(scratch.Of("read.jsonl"));
        CliRun.Of("data", "convert", input, "--output", scratch.Of("given.jsonl")).ShouldExit(0);
        var given = Golden.JsonLines(scratch.Of("given.jsonl"));
        rows.Count.ShouldBe(given.Count);
        foreach (var (row, source) in rows.Zip(given))
        {
            row.Select(column => column.Key).Where(name => name != "label_in_file").ShouldBe(["text", "label", "confidence", "probabilities", "logits", "truncated", .. source.Select(column => column.Key).Except(["text", "label"])]);
            row.ContainsKey("label_in_file").ShouldBeTrue();
            foreach (var (name, value) in source.Where(column => column.Key is not ("text" or "label")))
            {
                (row[name]?.ToString() ?? "").ShouldBe(value?.ToString() ?? "");
            }
        }
    }

    private CliRun WithPipe(string[] call)
    {
        using var made = Process.Start("mkfifo", [scratch.Of("pipe.csv")]);
        made.WaitForExit();
        using var process = CliRun.Start(call, scratch.Path);
        process.StandardInput.Close();
        var filled = Task.Run(() =>
        {
            try
            {
                File.WriteAllText(scratch.Of("pipe.csv"), Reviews);   // waits until the verb opens it
            }
            catch (IOException)
            {
                // The verb refused the pipe before it was full.
            }
        });
        var run = CliRun.End(process);
        filled.Wait(TimeSpan.FromSeconds(60)).ShouldBeTrue("nobody has opened the pipe");
        return run;
    }
}
