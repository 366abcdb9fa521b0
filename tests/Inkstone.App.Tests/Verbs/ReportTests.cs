using System.Text.Json.Nodes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

public sealed class ReportTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Report_ARun_WritesPageCardAndFindingsIntoIt()
    {
        var run = SampleRun.Write(scratch.Of("run"), ["bad", "good"], SampleRun.Rows(40, 2));
        Directory.CreateDirectory(Path.Combine(run, "best"));

        var report = CliRun.Of("report", run).ShouldExit(0);

        report.Lines.ShouldBe([Path.Combine(run, "report.html"), Path.Combine(run, "findings.md")]);
        report.Stderr.ShouldBeEmpty();
        File.ReadAllText(Path.Combine(run, "report.html")).ShouldContain("<script type=\"application/json\" id=\"run\">");
        File.ReadAllText(Path.Combine(run, "best", "README.md")).ShouldBe(File.ReadAllText(Path.Combine(run, "README.md")));
        File.ReadAllText(Path.Combine(run, "findings.md")).ShouldStartWith("# Findings");
    }

    [Fact]
    public void Report_FolderOfRuns_ReportsEachAndFindsWhatTheyTeachTogether()
    {
        SampleRun.Write(scratch.Of("runs", "b"), ["bad", "good"], SampleRun.Rows(40, 2));
        SampleRun.Write(scratch.Of("runs", "a", "seed-1"), ["bad", "good"], SampleRun.Rows(40, 2));

        var report = CliRun.Of("report", scratch.Of("runs")).ShouldExit(0);

        report.Lines.ShouldBe([scratch.Of("runs", "a", "seed-1", "report.html"), scratch.Of("runs", "b", "report.html"), scratch.Of("runs", "findings.md")]);
        File.ReadAllText(scratch.Of("runs", "findings.md")).ShouldContain("From 2 runs");
    }

    [Fact]
    public void Report_SeveralRuns_WritesFindingsBesideThemOrWhereItIsTold()
    {
        var (a, b) = (SampleRun.Write(scratch.Of("a"), ["bad", "good"], SampleRun.Rows(40, 2)), SampleRun.Write(scratch.Of("b"), ["bad", "good"], SampleRun.Rows(40, 2)));

        CliRun.Of("report", a, b).ShouldExit(0).Lines[^1].ShouldBe(scratch.Of("findings.md"));
        CliRun.Of("report", a, b, "--findings", scratch.Of("x.md")).ShouldExit(0);

        File.Exists(scratch.Of("x.md")).ShouldBeTrue();
        CliRun.Of("report", a, b, "--findings", scratch.Of("nowhere", "x.md")).ShouldBeRefused($"there is no folder {scratch.Of("nowhere")}");
        CliRun.Of("report", a, b, "--findings", scratch.Of("a")).ShouldBeRefused("give the output such a name");
        Directory.Exists(scratch.Of("nowhere")).ShouldBeFalse();
    }

    [Fact]
    public void Report_CardThatSomebodyChanged_IsLeftAsItIs()
    {
        var run = SampleRun.Write(scratch.Of("run"), ["bad", "good"], SampleRun.Rows(40, 2));
        CliRun.Of("report", run).ShouldExit(0);
        var card = Path.Combine(run, "README.md");
        File.AppendAllText(card, "Ask us before use.\n");

        var again = CliRun.Of("report", run).ShouldExit(0);

        File.ReadAllText(card).ShouldEndWith("Ask us before use.\n");
        again.Stderr.ShouldContain($"{card} was changed by hand and is left as it is");
    }

    [Fact]
    public void Report_FolderThatIsNoRun_IsRefused()
    {
        CliRun.Of("report", scratch.Of("nowhere")).ShouldBeRefused("there is no such folder");
        CliRun.Of("report", Directory.CreateDirectory(scratch.Of("empty")).FullName).ShouldBeRefused("neither it nor a folder in it is a run");
    }

    [Fact]
    public void Report_DamagedEvaluation_IsRefusedWithTheFile()
    {
        var run = SampleRun.Write(scratch.Of("run"), ["bad", "good"], SampleRun.Rows(40, 2));
        File.WriteAllText(Path.Combine(run, "evaluation", "metrics.json"), "{");

        CliRun.Of("report", run).ShouldBeRefused("metrics.json: the file is damaged");
    }

    [Fact]
    public void Report_Explain_HighlightsTheSurestMistakes()
    {
        var run = scratch.Of("run");
        CliRun.Of("train", scratch.Write("tiny.yaml", Golden.Recipe), "--output-dir", run, "--set", "training.max_steps=2", "evaluation.report=false").ShouldExit(0);
        File.Exists(Path.Combine(run, "report.html")).ShouldBeFalse();

        CliRun.Of("report", run, "--explain", "3").ShouldExit(0);

        var explained = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "evaluation", "explanations.json")))!.AsArray();
        explained.Select(of => of!["method"]!.GetValue<string>()).Distinct().Order().ShouldBe(["grad_x_input", "integrated_gradients"]);
        explained.Select(of => of!["text"]!.GetValue<string>()).Distinct().Count().ShouldBe(3);
        var page = File.ReadAllText(Path.Combine(run, "report.html"));
        page.ShouldContain("\"explanations\":[{");
        page.ShouldNotContain("\"input_ids\"");
    }

    [Fact]
    public void Report_ExplainNothing_IsRefused() =>
        CliRun.Of("report", SampleRun.Write(scratch.Of("run"), ["bad", "good"], SampleRun.Rows(8, 2)), "--explain", "0").ShouldBeRefused("--explain is how many mistakes to explain");
}
