using System.Diagnostics;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>Ctrl-C, SIGTERM and a full disk: what is on disk is whole, and opens.</summary>
public sealed class InterruptionTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(Running.SigInt, "training.save_strategy=epoch")]
    [InlineData(Running.SigTerm, "training.save_strategy=epoch")]
    [InlineData(Running.SigInt, "training.eval_strategy=no")]
    public void Train_SignalInMidEpoch_EndsWith130AndAWholeCheckpoint(int signal, string setting)
    {
        var run = scratch.Of("run");
        using var process = CliRun.Start(["train", scratch.Write("r.yaml", Golden.Recipe), "--output-dir", run, "--set", "training.num_train_epochs=2000", "training.early_stopping_patience=null", "training.save_total_limit=1", setting]);
        WaitForLines(process, Path.Combine(run, "log.csv"), 9);

        process.Signal(signal);

        var end = CliRun.End(process).ShouldExit(130);
        end.Stderr.ShouldContain($"The weights so far are in {Path.Combine(run, "last")}.");
        end.Stderr.ShouldContain("Stopping, as soon as all is saved to go on with; Ctrl-C once more ends at once.");
        end.Stderr.ShouldContain("interrupted");
        end.Stderr.ShouldNotContain("   at ");
        end.Stdout.ShouldBeEmpty();
        ShouldHaveNoTemporaries(run);
        foreach (var checkpoint in Directory.GetDirectories(run).Where(folder => Path.GetFileName(folder) != "tensorboard").Append(run))
        {
            CliRun.Of("predict", "--model", checkpoint, "好").ShouldExit(0).Lines.Length.ShouldBe(3);
        }
    }

    [Fact]
    public void Predict_SignalWhileReading_LeavesNoFile()
    {
        var many = scratch.Write("many.csv", "text\n" + string.Concat(Enumerable.Repeat("这个电影太好看了，房间很小，服务态度也一般，不会再来了。\n", 200_000)));
        using var process = CliRun.Start(["predict", "--model", Golden.Bert, "--input", many, "--output", scratch.Of("out", "y.jsonl")]);
        WaitFor(process, () => HoldsBytes(scratch.Of("out")));

        process.Signal(Running.SigInt);

        CliRun.End(process).ShouldExit(130).Stderr.ShouldContain("interrupted");
        Directory.EnumerateFileSystemEntries(scratch.Of("out")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Running.SigInt, "data", "convert", "IN", "--output", "OUT/y.jsonl")]
    [InlineData(Running.SigTerm, "data", "convert", "IN", "--output", "OUT/y.csv", "--where", "length(text) > 1")]
    [InlineData(Running.SigInt, "data", "clean", "IN", "--output", "OUT/y.jsonl", "--removed", "OUT/removed.csv")]
    [InlineData(Running.SigTerm, "data", "split", "IN", "--output-dir", "OUT/parts")]
    [InlineData(Running.SigInt, "tokenize", "--model", "MODEL", "--input", "IN", "--output", "OUT/y.jsonl")]
    public void WritingVerb_SignalWhileItWrites_LeavesNothing(int signal, params string[] call)
    {
        var many = scratch.Write("many.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 400_000).Select(row => $"这个电影太好看了，房间很小，服务态度也一般，不会再来了{row}。,{row % 2}\n")));
        var output = Directory.CreateDirectory(scratch.Of("out")).FullName;
        using var process = CliRun.Start(call.Select(word => word.Replace("IN", many, StringComparison.Ordinal).Replace("OUT", output, StringComparison.Ordinal).Replace("MODEL", Golden.Bert, StringComparison.Ordinal)));
        WaitFor(process, () => HoldsBytes(output));

        process.Signal(signal);

        CliRun.End(process).ShouldExit(130).Stderr.ShouldBe("interrupted\n");
        Directory.EnumerateFileSystemEntries(output).ShouldBeEmpty();
    }

    [Fact]
    public void Predict_CtrlCAtThePrompt_EndsAtOnce()
    {
        var run = CliRun.OnTerminal(100, ["predict", "--model", Golden.Bert], (">> ", "\u0003"));

        run.ExitCode.ShouldBe(130);
        run.Stdout.ShouldNotContain("   at ");
    }

    [Fact]
    public void Train_FullDisk_KeepsTheLastGoodCheckpoint()
    {
        // best/, last/ and checkpoint-epoch-1 are 0.8 MB each: the second or third of them does not fit.
        using var disk = new TinyDisk(scratch.Of("disk"), "1500k");
        var run = disk.Of("run");

        var train = CliRun.Of("train", scratch.Write("r.yaml", Golden.Recipe), "--output-dir", run).ShouldExit(1);

        train.Stderr.ShouldContain("error: ");
        train.Stderr.ShouldContain($"{run} cannot be written: no space left on the disk. Checkpoints that were whole before were kept. Free some space, or choose another place.");
        train.Stderr.ShouldNotContain("   at ");
        ShouldHaveNoTemporaries(run);
        CliRun.Of("predict", "--model", run, "好").ShouldExit(0).Lines.Length.ShouldBe(3);
    }

    private static void ShouldHaveNoTemporaries(string folder) =>
        Directory.EnumerateFileSystemEntries(folder, ".*", SearchOption.AllDirectories).ShouldBeEmpty();

    private static void WaitForLines(Process process, string path, int lines) =>
        WaitFor(process, () => File.Exists(path) && File.ReadAllText(path).Count(character => character == '\n') >= lines);

    /// <summary>Empty files do not count: before the work begins, one is made to see whether that can be done.</summary>
    private static bool HoldsBytes(string folder) =>
        Directory.Exists(folder) && new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Any(file => file is { Exists: true, Length: > 0 });

    private static void WaitFor(Process process, Func<bool> isTrue)
    {
        var clock = Stopwatch.StartNew();
        while (!isTrue())
        {
            if (process.HasExited || clock.Elapsed > TimeSpan.FromSeconds(60))
            {
                Assert.Fail($"ended, or did not begin in a minute: {CliRun.End(process).Stderr}");
            }

            Thread.Sleep(10);
        }
    }
}
