using Inkstone.Cli;
using Inkstone.Tests.Support;
using Inkstone.Tracking;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

public sealed class TerminalTests : IDisposable
{
    private static readonly StepRecord Halfway = new(
        Step: 500, TotalSteps: 1000, Epoch: 1.5, Loss: 0.4321, GradNorm: 1, LearningRate: 2e-5, SamplesPerSecond: 123.4, TokensPerSecond: 5678, Seconds: 3725)
    {
        StepsLeftInEpoch = 250,
    };

    private const double SecondsPerStep = 7.45;

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void ProgressLine_WideTerminal_ShowsEverything() => ProgressLine.Of(Halfway, 0.4321, SecondsPerStep, 200).ShouldBe(
        "██████████░░░░░░░░░░  step 500/1000  epoch 1.50 (0:31:02 left)  loss 0.4321  lr 2.0e-05  123.4 samples/s  5678 tokens/s  1:02:05 left");

    [Theory]
    [InlineData(132, "step 500/1000  epoch 1.50 (0:31:02 left)  loss 0.4321  lr 2.0e-05  123.4 samples/s  5678 tokens/s  1:02:05 left")]
    [InlineData(110, "step 500/1000  epoch 1.50 (0:31:02 left)  loss 0.4321  lr 2.0e-05  5678 tokens/s  1:02:05 left")]
    [InlineData(93, "step 500/1000  epoch 1.50  loss 0.4321  lr 2.0e-05  5678 tokens/s  1:02:05 left")]
    [InlineData(79, "step 500/1000  epoch 1.50  loss 0.4321  lr 2.0e-05  5678 tokens/s  1:02:05 left")]
    [InlineData(78, "step 500/1000  loss 0.4321  lr 2.0e-05  5678 tokens/s  1:02:05 left")]
    [InlineData(66, "step 500/1000  loss 0.4321  1:02:05 left")]
    [InlineData(39, "step 500/1000  1:02:05 left")]
    [InlineData(26, "1:02:05 left")]
    public void ProgressLine_NarrowTerminal_LeavesOutWhatDoesNotFit(int width, string line) => ProgressLine.Of(Halfway, 0.4321, SecondsPerStep, width).ShouldBe(line);

    [Fact]
    public void Messages_OutputAndErrorInOneFile_StandBehindWhatIsThere()
    {
        var log = scratch.Of("log");

        CliRun.End(CliRun.StartProgram("bash", ["-c", $"(echo before; dotnet '{CliRun.Dll}' config check nowhere; dotnet '{CliRun.Dll}' config show sentiment --quiet; echo after) > '{log}' 2>&1"], null));

        var lines = File.ReadAllLines(log);
        lines[0].ShouldBe("before");
        lines[1].ShouldStartWith("error: ");
        lines.ShouldContain("data:");
        lines[^1].ShouldBe("after");
    }

    [Fact]
    public void ProgressLine_WithoutEpochs_ShowsNoTimeOfThem() => ProgressLine.Of(Halfway with { StepsLeftInEpoch = null }, 0.4321, SecondsPerStep, 79).ShouldBe(
        "step 500/1000  epoch 1.50  loss 0.4321  lr 2.0e-05  5678 tokens/s  1:02:05 left");

    [Theory]
    [InlineData(140)]
    [InlineData(80)]
    [InlineData(50)]
    public void Train_OnATerminal_RewritesOneLineThatFits(int columns)
    {
        var run = CliRun.OnTerminal(columns, ["train", scratch.Write("r.yaml", Golden.Recipe), "--output-dir", scratch.Of("run")]).ShouldExit(0);

        var lines = run.Stdout.Split('\r').Where(line => line.Contains("step ") && line.Contains(" left")).Select(line => line.TrimEnd()).ToArray();
        lines.ShouldNotBeEmpty();
        lines.ShouldAllBe(line => line.Length < columns && line.Contains("loss "));
        lines.ShouldContain(line => line.Contains("step 6/6") && line.EndsWith("0:00:00 left", StringComparison.Ordinal));
        if (columns >= 80)
        {
            lines.ShouldAllBe(line => line.Contains("lr ") && line.Contains("epoch ") && line.Contains(" tokens/s"));
        }
    }

    [Fact]
    public void Train_Piped_WritesNoEscapesAndNoRewrittenLines()
    {
        var run = CliRun.Of(["train", scratch.Write("r.yaml", Golden.Recipe), "--output-dir", scratch.Of("run"), "--verbose"], environment: ("TERM", "xterm-256color")).ShouldExit(0);

        foreach (var text in new[] { run.Stdout, run.Stderr })
        {
            text.ShouldNotContain("\u001b");
            text.ShouldNotContain("\r");
        }

        run.Stderr.Split('\n').Count(line => line.StartsWith("step ", StringComparison.Ordinal)).ShouldBe(6);
        run.Stderr.ShouldNotContain("░");
    }

    [Theory]
    [InlineData("test", "--data", "DATA")]
    [InlineData("predict", "好看")]
    public void Verb_OnATerminalWithoutColor_WritesNoEscapesAtAll(params string[] call)
    {
        string[] words = [.. call.Select(word => word == "DATA" ? Golden.ValidationCsv : word), "--model", Golden.Bert, "--no-color", "--quiet"];

        var run = CliRun.OnTerminal(100, words).ShouldExit(0);

        run.Stdout.ShouldContain(call[0] == "test" ? "macro-F1" : "Top-3");
        run.Stdout.ShouldNotContain("\u001b");
    }

    [Theory]
    [InlineData(40)]
    [InlineData(30)]
    [InlineData(100)]
    public void Test_OnANarrowTerminal_CutsNoNumberOfATable(int columns)
    {
        var run = CliRun.OnTerminal(columns, ["test", "--model", Golden.Bert, "--data", Golden.ValidationCsv, "--no-color", "--quiet"]).ShouldExit(0);

        var lines = run.Stdout.Split('\n').Select(line => string.Join(' ', line.Split((char[])[' ', '\r'], StringSplitOptions.RemoveEmptyEntries))).ToArray();
        lines.ShouldContain("negative 0.0000 0.0000 0.0000 21");
        lines.ShouldContain("positive 0.4359 0.9444 0.5965 18");
        lines.ShouldContain(columns > 60 ? "positive 0 1 17" : "2 positive 0 1 17");
        if (columns == 40)
        {
            run.Stdout.Split('\n').ShouldAllBe(line => line.TrimEnd('\r').Length <= columns);
        }
    }
}
