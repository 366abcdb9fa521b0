using Inkstone.Cli;
using Inkstone.Pretraining;
using Inkstone.Tests.Support;
using Inkstone.Tracking;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>What a run shows, on a clock that a test moves and a terminal in memory.</summary>
public sealed class TrainingProgressTests : IDisposable
{
    private readonly StringWriter error = new() { NewLine = "\n" };
    private readonly ManualTime time = new();

    public void Dispose() => error.Dispose();

    private string[] Shown => [.. error.ToString().Split('\r', '\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)];

    [Fact]
    public void StepDone_OnATerminal_ShowsOneBarWithEverything()
    {
        using var progress = On(columns: 160);

        Step(progress, 1, seconds: 9, at: 0.05);
        Step(progress, 2, seconds: 10, at: 1);
        Step(progress, 3, seconds: 11, at: 1.05);
        Step(progress, 251, seconds: 259, at: 2);

        Shown.ShouldBe(
        [
            "░░░░░░░░░░░░░░░░░░░░  step 2/1000  epoch 0.00 (0:08:18 left)  loss 0.5000  lr 2.0e-05  123.4 samples/s  5678 tokens/s  0:16:38 left",
            "█████░░░░░░░░░░░░░░░  step 251/1000  epoch 0.50 (0:04:09 left)  loss 0.5000  lr 2.0e-05  123.4 samples/s  5678 tokens/s  0:12:29 left",
        ]);
        error.ToString().ShouldNotContain("\n");
        error.ToString().ShouldNotContain("\u001b");
    }

    [Fact]
    public void StepDone_HourOfEvaluationBetween_DoesNotSlowThePace()
    {
        using var progress = On(columns: 80);
        Step(progress, 1, seconds: 1, at: 1);
        Step(progress, 2, seconds: 2, at: 2);
        progress.EvaluationProgress("validation", 10, 20);

        Step(progress, 3, seconds: 3, at: 3602);

        Shown[^1].ShouldBe("step 3/1000  epoch 0.01  loss 0.5000  lr 2.0e-05  5678 tokens/s  0:16:37 left");
    }

    [Fact]
    public void StepDone_PaceThatChanges_IsThatOfTheLatestSteps()
    {
        using var progress = On(columns: 80);
        for (var step = 1; step <= 100; step++)
        {
            Step(progress, step, seconds: step, at: step);
        }

        for (var step = 101; step <= 200; step++)
        {
            Step(progress, step, seconds: 100 + (2 * (step - 100)), at: step);
        }

        Shown[^1].ShouldEndWith(" 0:26:40 left");   // 800 steps of 2 s
    }

    [Fact]
    public void StepDone_FirstStepOfAResumedRun_GoesByTheMeanSoFar()
    {
        using var progress = On(columns: 80);

        Step(progress, 500, seconds: 1000, at: 1);

        Shown[^1].ShouldEndWith("step 500/1000  epoch 1.00  loss 0.5000  lr 2.0e-05  5678 tokens/s  0:16:40 left");
    }

    [Fact]
    public void StepDone_LossThatIsNoNumber_DoesNotStick()
    {
        using var progress = On(columns: 80);
        Step(progress, 1, seconds: 1, at: 1);
        progress.StepDone(Record(2, 2) with { Loss = double.NaN });

        Step(progress, 3, seconds: 3, at: 2);

        Shown[^1].ShouldContain("loss 0.5000");
    }

    [Fact]
    public void EvaluationProgress_OnATerminal_HasItsOwnBar()
    {
        using var progress = On(columns: 100);
        At(1, () => progress.EvaluationProgress("validation", 32, 320));
        At(2, () => progress.EvaluationProgress("validation", 64, 320));
        At(3, () => progress.EvaluationProgress("validation", 128, 320));

        // Another evaluation begins anew: it does not go by the pace of the first, nor by the time between.
        At(1000, () => progress.EvaluationProgress("validation", 32, 320));
        At(1001, () => progress.EvaluationProgress("validation", 48, 320));

        Shown.ShouldBe(
        [
            "██░░░░░░░░░░░░░░░░░░  evaluating on validation: 32/320",
            "████░░░░░░░░░░░░░░░░  evaluating on validation: 64/320  32.0 samples/s  0:00:08 left",
            "████████░░░░░░░░░░░░  evaluating on validation: 128/320  48.0 samples/s  0:00:04 left",
            "██░░░░░░░░░░░░░░░░░░  evaluating on validation: 32/320",
            "███░░░░░░░░░░░░░░░░░  evaluating on validation: 48/320  16.0 samples/s  0:00:17 left",
        ]);
    }

    [Fact]
    public void EveryNumber_NoTerminal_StandsInAPlainLineEachHalfMinuteAndAtTheEnd()
    {
        using var progress = On(columns: 80, isTerminal: false);
        Step(progress, 1, seconds: 1, at: 1);
        Step(progress, 29, seconds: 29, at: 29);
        Step(progress, 30, seconds: 30, at: 30);
        Step(progress, 31, seconds: 31, at: 31);
        At(59, () => progress.EvaluationProgress("validation", 32, 320));
        At(60, () => progress.EvaluationProgress("validation", 64, 320));
        Step(progress, 1000, seconds: 1000, at: 61);

        error.ToString().ShouldBe(
            "step 30/1000  epoch 0.06 (0:07:50 left)  loss 0.5000  lr 2.0e-05  123.4 samples/s  5678 tokens/s  0:16:10 left\n"
            + "evaluating on validation: 64/320  32.0 samples/s  0:00:08 left\n"
            + "step 1000/1000  epoch 2.00 (0:00:00 left)  loss 0.5000  lr 2.0e-05  123.4 samples/s  5678 tokens/s  0:00:00 left\n");
    }

    [Fact]
    public void EveryNumber_Quiet_IsNotShown()
    {
        using (var progress = new TrainingProgress(new Terminal(error, showsProgress: true, isQuiet: true), time))
        {
            Step(progress, 1, seconds: 1, at: 100);
            progress.EvaluationProgress("validation", 1, 2);
            progress.Notice("Nobody reads this.");
        }

        error.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Notice_BetweenBars_TakesTheBarAwayFirst()
    {
        using (var progress = On(columns: 13))
        {
            Step(progress, 1, seconds: 1, at: 1);
            progress.Notice("Stopping.");
            progress.Notice("Now.");
            Step(progress, 2, seconds: 2, at: 2);
        }

        // A kept line, then a bar that Dispose takes away; each bar is as wide as the terminal but for one column, however little fits.
        error.ToString().ShouldBe("\r0:16:39 left\r            \rStopping.\nNow.\n\r0:16:38 left\r            \r");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(40)]
    public void StepDone_NarrowTerminal_NeverWritesALineThatWraps(int columns)
    {
        using var progress = On(columns);

        Step(progress, 1, seconds: 1, at: 1);
        At(2, () => progress.EvaluationProgress("validation", 1, 2));

        error.ToString().Split('\r').ShouldAllBe(line => line.Length <= Math.Max(1, columns - 1));
    }

    [Fact]
    public void Pretraining_OnATerminal_KeepsTheTimeLeftHoweverNarrowItIs()
    {
        var record = new PretrainRecord(200, 0.25, 0.5, 4.5, 1, 1e-3, 1_600_000, 9876, TimeSpan.FromMinutes(20), TimeSpan.FromHours(1));
        string[] shown = [.. new[] { int.MaxValue, 79, 39, 20 }.Select(width => ProgressLine.Of(record, 4.5, width))];

        shown.ShouldBe(
        [
            "step 200  25.0 %  epoch 0.50  loss 4.5000  lr 1.0e-03  1.6 M tokens  9876 tokens/s  1:00:00 left",
            "step 200  25.0 %  loss 4.5000  lr 1.0e-03  9876 tokens/s  1:00:00 left",
            "step 200  25.0 %  1:00:00 left",
            "1:00:00 left",
        ]);
    }

    [Fact]
    public void Pretraining_WithoutATerminal_SpeaksEveryHalfMinuteAndAtTheEnd()
    {
        using var progress = new PretrainProgress(new Terminal(error, showsProgress: false), time);
        foreach (var seconds in new[] { 1, 29, 31, 59, 62, 63 })
        {
            At(seconds, () => progress.StepDone(new(seconds, seconds / 63.0, 0, 2, 1, 1e-3, 1000, 100, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(63 - seconds))));
        }

        Shown.Select(line => line.Split("  ")[0]).ShouldBe(["step 31", "step 62", "step 63"]);
    }

    private TrainingProgress On(int columns, bool isTerminal = true) => new(new Terminal(error, isTerminal, columns), time);

    private void Step(TrainingProgress progress, long step, double seconds, double at) => At(at, () => progress.StepDone(Record(step, seconds)));

    private void At(double seconds, Action action)
    {
        time.Seconds = seconds;
        action();
    }

    private static StepRecord Record(long step, double seconds) =>
        new(step, TotalSteps: 1000, Epoch: step / 500.0, Loss: 0.5, GradNorm: 1, LearningRate: 2e-5, SamplesPerSecond: 123.4, TokensPerSecond: 5678, seconds)
        {
            StepsLeftInEpoch = (500 - (step % 500)) % 500,
        };
}
