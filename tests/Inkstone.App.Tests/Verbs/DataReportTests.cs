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
        json["tokenizer"]!["name"]!.GetValue<string>().ShouldBe("inkstone-tiny-zh");
        json["tokenizer"]!["vocabulary_size"]!.GetValue<int>().ShouldBe(7000);
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
    [InlineData("report.html", "<!DOCTYPE html>")]
    [InlineData("sub/report.json", "{")]
    public void Output_HtmlOrJson_IsWrittenBesideTheTable(string name, string beginning)
    {
        WriteSplits();

        Run("data", "report", "train.csv", "dev.csv", "--output", name).Stdout.ShouldContain("Findings");

        File.ReadAllText(scratch.Of(name)).ShouldStartWith(beginning);
    }

    [Theory]
    [InlineData("x.pdf: a report is written as .html or .json", "--output", "x.pdf")]
    [InlineData("give --model or --vocab, not both", "--model", "m", "--vocab", "v")]
    [InlineData("there is no such folder", "--model", "no-such-model")]
    [InlineData("there is no column 'x', which text_column names", "--text-column", "x")]
    [InlineData("standard input cannot be read twice", "-")]
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
