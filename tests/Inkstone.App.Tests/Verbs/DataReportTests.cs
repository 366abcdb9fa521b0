using System.Text;
using System.Text.Json.Nodes;
using Inkstone.Cli;
using Inkstone.Tests.Support;
using Inkstone.Text.Corpora;
using Inkstone.Text.Profiling;
using Inkstone.Text.Tokenizing;
using Shouldly;
using Spectre.Console;
using Xunit;

namespace Inkstone.Tests.Verbs;

/// <summary><c>data report</c> as a process; every run here names a native library that does not exist.</summary>
public sealed class DataReportTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Json_TwoSplits_IsAllThatStandsOnStandardOutput()
    {
        WriteSplits();

        var json = JsonNode.Parse(Run("data", "report", "train.csv", "dev.csv", "--format", "json").Stdout)!;

        json["files"]!.AsArray().Select(file => file!["split"]!.GetValue<string>()).ShouldBe(["train", "dev"]);
        json["leaks"]!.AsArray().Select(leak => leak!["exact"]!.GetValue<int>()).ShouldBe([1, 1]);
        json["tokenizer"]!["name"]!.GetValue<string>().ShouldBe("inkstone-mini-zh");
        json["tokenizer"]!["vocabulary_size"]!.GetValue<int>().ShouldBe(8900);
    }

    [Fact]
    public void Table_TwoSplits_EndsInFindings()
    {
        WriteSplits();

        var run = Run("data", "report", "old=train.csv", "dev.csv", "--vocab", Path.Combine(Golden.Bert, "vocab.txt"));

        run.Stdout.ShouldContain("old");
        run.Stdout.IndexOf("Findings, worst first", StringComparison.Ordinal).ShouldBeGreaterThan(run.Stdout.IndexOf("max_length", StringComparison.Ordinal));
        run.Stderr.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("save_to_disk", "arrow")]
    [InlineData("hub", "parquet")]
    public void Json_FolderWithSplits_HasAnEntryASplitAndTheirLeaks(string folder, string format)
    {
        var json = JsonNode.Parse(CliRun.Of("data", "report", Repo.Golden("datasets", folder), "--format", "json").ShouldExit(0).Stdout)!;

        var files = json["files"]!.AsArray();
        files.Select(file => $"{file!["split"]} {file["rows"]} {file["format"]} {file["encoding"]?.ToJsonString() ?? "null"}")
            .ShouldBe([$"train 300 {format} null", $"validation 50 {format} null", $"test 50 {format} null"]);
        files.ShouldAllBe(file => file!["path"]!.GetValue<string>() == Repo.Golden("datasets", folder));
        json["leaks"]!.AsArray().Where(leak => leak!["exact"]!.GetValue<int>() > 0).Select(leak => $"{leak!["from"]} {leak["to"]}")
            .ShouldBe(["validation train", "train validation", "test validation", "validation test"]);
    }

    [Fact]
    public void Json_OneSplitOfAFolder_IsReportedAlone()
    {
        var json = JsonNode.Parse(CliRun.Of("data", "report", Repo.Golden("datasets", "hub"), "--split", "test", "--format", "json").ShouldExit(0).Stdout)!;

        json["files"]!.AsArray().Select(file => file!["rows"]!.GetValue<int>()).ShouldBe([50]);
    }

    [Fact]
    public void Json_GbkAndAnUndecodableRow_AreSaidInItAndOnStandardError()
    {
        scratch.Write("评论 表.csv", CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!.GetBytes("text,label\n这家酒店的服务态度很好，早餐也不错,正面\n房间又小又旧，再也不会来住了,负面\n"));
        scratch.Write("train.csv", [.. "text,label\n好,正面\n"u8, 0xff, .. ",负面\n坏,负面\n"u8]);

        var run = Run("data", "report", "新=评论 表.csv", "train.csv", "--format", "json");

        var files = JsonNode.Parse(run.Stdout)!["files"]!.AsArray();
        files.Select(file => $"{file!["split"]} {file["format"]} {file["encoding"]} {file["rows"]} {file["set_aside"]}").ShouldBe(["新 csv gb18030 2 0", "train csv utf-8 2 1"]);
        files[1]!["set_aside_records"]!.ToJsonString().ShouldContain("\"line\":3");
        run.Stderr.ShouldBe("评论 表.csv: read as gb18030.\ntrain.csv: 1 record could not be read and was set aside; the first, in line 3: the byte 0xFF is no UTF-8.\n");
    }

    [Fact]
    public void StandardInputAlone_IsATextALine()
    {
        var run = CliRun.Of(["data", "report", "-", "--format", "json"], "好\n坏\n好\n").ShouldExit(0);

        var file = JsonNode.Parse(run.Stdout)!["files"]![0]!;
        $"{file["split"]} {file["format"]} {file["rows"]} {file["duplicates"]}".ShouldBe("standard input plain_text 3 1");
    }

    [Theory]
    [InlineData("report.html", "<!DOCTYPE html>")]
    [InlineData("sub/report.json", "{")]
    public void Output_HtmlOrJson_IsWrittenBesideTheTable(string name, string beginning)
    {
        WriteSplits();

        Run("data", "report", "train.csv", "dev.csv", "--output", name).Stdout.ShouldContain("Findings");

        File.ReadAllText(scratch.Of(name)).ShouldStartWith(beginning);
    }

    [Theory]
    [InlineData("x.pdf: this is written as .html or .json", "--output", "x.pdf")]
    [InlineData("give --model or --vocab, not both", "--model", "m", "--vocab", "v")]
    [InlineData("there is no such folder", "--model", "no-such-model")]
    [InlineData("there is no column 'x', which text_column names", "--text-column", "x")]
    [InlineData("- is standard input, which comes only once", "-")]
    public void Call_ThatMakesNoSense_IsRefusedAndLeavesNothing(string sentence, params string[] arguments)
    {
        WriteSplits();

        CliRun.Of(["data", "report", "train.csv", .. arguments], folder: scratch.Path).ShouldBeRefused(sentence);

        scratch.Names.ShouldBe(["dev.csv", "train.csv"]);
    }

    [Fact]
    public void Report_AtWork_HasNeitherLibtorchNorDuckDBInMemory()
    {
        System.Diagnostics.Process.Start("mkfifo", [scratch.Of("pipe.csv")])!.WaitForExit();
        using var process = CliRun.Start(["data", "report", "pipe.csv"], scratch.Path);
        string maps;
        using (var pipe = new StreamWriter(scratch.Of("pipe.csv"))) // opens when the verb does
        {
            pipe.Write("text,label\n好,a\n坏,b\n");
            pipe.Flush();
            maps = File.ReadAllText(FormattableString.Invariant($"/proc/{process.Id}/maps"));
        }

        CliRun.End(process).ShouldExit(0);
        maps.ShouldContain("Inkstone.Text.dll");
        maps.ShouldNotContain("libtorch");
        maps.ShouldNotContain("libinkstone_torch");
        maps.ShouldNotContain("duckdb");
    }

    [Fact]
    public void Tables_EightyColumns_AlignChineseAndFoldOnlySentences()
    {
        var train = scratch.Write("train.csv", "text,label\n这家酒店很好,正面\n服务态度太差了,负面\n这家酒店很好！,正面\n服务态度太差了,正面\n房间很干净😂,正面\n");
        var dev = scratch.Write("dev.csv", "text,label\n这家酒店很好,负面\n早餐不错,正面\n");
        var report = DataReport.Of(
            ReportInput.Of([train, dev], new ReadOptions()), WordPieceTokenizer.Load(Golden.Bert), "bert", cancellation: TestContext.Current.CancellationToken);
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 80;

        DataReportTables.Show(console, report);

        var seen = string.Join('\n', output.ToString().Split('\n').Select(line => line.TrimEnd()));
        var expected = Path.Combine(Repo.Root, "tests", "Inkstone.App.Tests", "Expectations", "DataReport_TwoSplits.verified.txt");
        if (Environment.GetEnvironmentVariable("INKSTONE_UPDATE") == "1")
        {
            File.WriteAllText(expected, seen);
        }

        seen.ShouldBe(File.ReadAllText(expected));
    }

    private void WriteSplits()
    {
        scratch.Write("train.csv", "text,label\n这家酒店很好,正面\n服务态度太差了,负面\n");
        scratch.Write("dev.csv", "text,label\n这家酒店很好,正面\n早餐不错,负面\n");
    }

    private CliRun Run(params string[] arguments) =>
        CliRun.Of(arguments, folder: scratch.Path, environment: ("INKSTONE_NATIVE", "/nonexistent.so")).ShouldExit(0);
}
