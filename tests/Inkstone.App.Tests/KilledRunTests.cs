using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>A run that is killed again and again, and resumed each time, ends in the same bits as one that never was.</summary>
public sealed class KilledRunTests : IDisposable
{
    private const int Kills = 50;

    // Two threads in any case: another number would be another computation, and whole runs would differ.
    private static readonly (string, string?)[] Threads = [("OMP_NUM_THREADS", "2")];

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    private static string Recipe => $"""
        data:
          train_file: {Golden.TrainCsv}
          validation_file: {Golden.ValidationCsv}
        tokenizer:
          max_length: 32
        model:
          name_or_path: {Golden.Bert}
        optimizer:
          learning_rate: 4e-4
        training:
          num_train_epochs: 3
          per_device_train_batch_size: 4
          gradient_accumulation_steps: 2
          logging_steps: 4
          eval_strategy: steps
          eval_steps: 5
          early_stopping_patience: null
          save_strategy: steps
          save_steps: 2
          save_total_limit: 2
        """;

    [Fact]
    public void Train_KilledAtFiftyRandomMoments_EndsInTheSameBits()
    {
        var whole = Uninterrupted();
        var random = new Random(20260714);
        var (killed, trained, finished) = (0, 0, 0);
        while (killed < Kills)
        {
            var run = scratch.Of(string.Create(CultureInfo.InvariantCulture, $"killed-{finished}"));
            while (killed < Kills && DieAtARandomMoment(run, random, out var hasTrained))
            {
                killed++;
                trained += hasTrained ? 1 : 0;
            }

            Finish(run);
            ShouldBeTheSame(run, whole);
            Directory.Delete(run, recursive: true);
            finished++;
        }

        trained.ShouldBeGreaterThan(Kills / 2, "most kills must hit a run that trains");
    }

    [Theory]
    [InlineData(Running.SigTerm)]
    [InlineData(Running.SigInt)]
    [InlineData(Running.SigHup)]
    public void Train_AskedToStopInMidEpoch_SavesAndGoesOnToTheSameBits(int signal)
    {
        var whole = Uninterrupted("training.save_strategy=no");
        var run = scratch.Of("stopped");
        using var process = Start(run, "training.save_strategy=no");
        process.WaitUntil(() => Lines(Path.Combine(run, "log.csv")) > 2);

        process.Signal(signal);

        var end = CliRun.End(process).ShouldExit(130);
        end.Stderr.ShouldContain($"To go on: inkstone train --resume {run}");
        var step = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "last", "training_state.json")))!["step"]!.GetValue<int>();
        step.ShouldBeInRange(1, 36);
        var first = Finish(run);
        first.Stderr.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"Resuming after step {step}, from {Path.Combine(run, "last")}."));
        ShouldBeTheSame(run, whole);

        var again = Finish(run);
        again.Stderr.ShouldContain($"{run} is finished: nothing is left to resume.");
        var (ended, told) = (first.LastLine, again.LastLine);
        ended["peak_memory_mib"] = null;
        told.ToJsonString().ShouldBe(ended.ToJsonString(), "the last line is the run's, whoever asks");
    }

    [Fact]
    public void Train_TerminalIsClosedInMidEpoch_SavesAndGoesOnToTheSameBits()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs /usr/bin/script for a terminal (package bsdutils)");
        var whole = Uninterrupted("training.save_strategy=no");
        var (run, processId) = (scratch.Of("closed"), scratch.Of("process-id"));
        var train = $"'{CliRun.Dll}' train '{scratch.Write("r.yaml", Recipe)}' --output-dir '{run}' --set training.bf16=auto training.save_strategy=no";
        using var terminal = CliRun.StartProgram(
            "/usr/bin/script", ["-qec", $"echo $$ > '{processId}'; exec env --default-signal=HUP dotnet {train}", "/dev/null"], folder: null, [("TERM", "xterm"), .. Threads]);
        terminal.WaitUntil(() => Lines(Path.Combine(run, "log.csv")) > 2 || terminal.HasExited);

        terminal.Kill();

        terminal.WaitUntil(() => !Directory.Exists($"/proc/{File.ReadAllText(processId).Trim()}"));
        File.Exists(Path.Combine(run, "last", "training_state.safetensors")).ShouldBeTrue();
        Finish(run).Stderr.ShouldContain("Resuming after step ");
        ShouldBeTheSame(run, whole);
    }

    [Fact]
    public void Train_HangUpUnderNohup_GoesOn()
    {
        var run = scratch.Of("run");
        using var process = CliRun.StartProgram(
            "/usr/bin/nohup", ["dotnet", CliRun.Dll, "train", scratch.Write("r.yaml", Recipe), "--output-dir", run], folder: null, Threads);
        process.WaitUntil(() => Lines(Path.Combine(run, "log.csv")) > 2 || process.HasExited);

        process.Signal(Running.SigHup);

        CliRun.End(process).ShouldExit(0).LastLine["run"]!.GetValue<string>().ShouldBe(run);
    }

    [Fact]
    public void Resume_RecipeGivenOnceMore_MustBeTheSame()
    {
        var run = scratch.Of("run");
        var recipe = scratch.Write("r.yaml", Recipe);
        using (var process = Start(run, "training.num_train_epochs=500"))
        {
            process.WaitUntil(() => Directory.Exists(Path.Combine(run, "checkpoint-2")) || process.HasExited);
            process.Kill();
            process.WaitForExit();
        }

        CliRun.Of("train", recipe, "--resume", run).ShouldBeRefused($"--resume {run}: training.num_train_epochs was 500 when the run began and is 3 now.");
        CliRun.Of("train", "--resume", run, "--set", "optimizer.learning_rate=1e-3").ShouldBeRefused("optimizer.learning_rate was 0.0004 when the run began and is 0.001 now.");
        CliRun.Of("train", "--resume", run, "--output-dir", scratch.Of("other")).ShouldBeRefused("leave --output-dir out");
        CliRun.Of("train", recipe, "--output-dir", run).ShouldBeRefused("is not empty; nothing in it was touched", $"inkstone train --resume {run}");
        CliRun.Of("train").ShouldBeRefused("RECIPE is missing", "--resume RUN");
        CliRun.Of("train", "--resume", scratch.Of("nowhere")).ShouldBeRefused("there is no such folder");
        File.AppendAllText(Path.Combine(run, "recipe.yaml"), "\n");   // the same keys still
        File.WriteAllText(Path.Combine(run, "recipe.yaml"), File.ReadAllText(Path.Combine(run, "recipe.yaml")).Replace("num_train_epochs: 500", "num_train_epochs: 400", StringComparison.Ordinal));
        CliRun.Of("train", "--resume", run).ShouldBeRefused("training.num_train_epochs was 500 when the run began and is 400 now.");
    }

    private string Uninterrupted(params string[] settings)
    {
        var run = scratch.Of("whole");
        using var process = Start(run, settings);
        CliRun.End(process).ShouldExit(0);
        return run;
    }

    private Process Start(string run, params string[] settings) => CliRun.Start(
        File.Exists(Path.Combine(run, "recipe.yaml"))
            ? ["train", "--resume", run]
            : ["train", scratch.Write("r.yaml", Recipe), "--output-dir", run, "--set", "training.bf16=auto", .. settings],
        folder: null, Threads);

    /// <summary>Starts or resumes the run, and kills it: most often while it trains, evaluates and saves, now and then before.</summary>
    /// <returns>False where it came to its end before.</returns>
    private bool DieAtARandomMoment(string run, Random random, out bool hasTrained)
    {
        var lives = Lives(run);
        using var process = Start(run);
        if (random.Next(10) > 0)
        {
            process.WaitUntil(() => Lives(run) > lives || process.HasExited);
        }

        Thread.Sleep(random.Next(random.Next(10) > 0 ? 250 : 1500));
        process.Kill();
        process.WaitForExit();
        hasTrained = Lives(run) > lives;
        return process.ExitCode != 0;
    }

    private CliRun Finish(string run)
    {
        using var process = Start(run);
        return CliRun.End(process).ShouldExit(0);
    }

    private static void ShouldBeTheSame(string run, string whole)
    {
        foreach (var file in new[] { "last/model.safetensors", "best/model.safetensors", "evaluation/metrics.json", "evaluation/predictions.csv" })
        {
            Hash(Path.Combine(run, file)).ShouldBe(Hash(Path.Combine(whole, file)), file);
        }

        LogWithoutTimes(run).ShouldBe(LogWithoutTimes(whole));
        Names(run).ShouldBe(Names(whole));
    }

    private static string[] LogWithoutTimes(string run) =>
        [.. File.ReadAllLines(Path.Combine(run, "log.csv")).Select(line => string.Join(',', line.Split(',').SkipLast(3)))];

    private static string[] Names(string run) => [.. Directory.EnumerateFileSystemEntries(run).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    private static int Lives(string run) => Read(Path.Combine(run, "events.jsonl")).Count(line => line.StartsWith("{\"event\":\"start\"", StringComparison.Ordinal) || line.StartsWith("{\"event\":\"resume\"", StringComparison.Ordinal));

    private static int Lines(string path) => Read(path).Length;

    private static string[] Read(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];   // not there yet
        }
    }
}
