using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>Several runs in one command: killed or stopped in the midst of one of them, they go on as if they never had been.</summary>
public sealed class SeveralRunsTests : IDisposable
{
    private static readonly string[] Seeds = ["--seeds", "3,5,7"];
    private static readonly string[] Folds = ["--folds", "3"];
    private static readonly string[] Ways = ["--compare", "long_text"];

    // Two threads in any case: another number would be another computation, and whole runs would differ.
    private static readonly (string, string?)[] Threads = [("OMP_NUM_THREADS", "2")];

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Resume_DamagedListOfRuns_SaysHowEachGoesOn()
    {
        var folder = Directory.CreateDirectory(scratch.Of("series")).FullName;
        File.WriteAllText(Path.Combine(folder, "recipe.yaml"), Golden.Recipe);
        File.WriteAllText(Path.Combine(folder, "runs.json"), "{");

        CliRun.Of("train", "--resume", folder).ShouldBeRefused("runs.json is damaged, so nothing tells which runs there were to be. Each can go on by itself: --resume ");
    }

    [Theory]
    [InlineData("seed-5", false)]
    [InlineData("seed-5", true)]
    [InlineData("fold-2", false)]
    [InlineData("fold-3", true)]
    [InlineData("head+tail", false)]
    [InlineData("chunk", true)]
    public void Resume_SecondOrThirdRunWasCutShort_EndsInTheSameFiles(string member, bool isAsked)
    {
        var options = member.StartsWith("seed", StringComparison.Ordinal) ? Seeds : member.StartsWith("fold", StringComparison.Ordinal) ? Folds : Ways;
        var (whole, folder) = (scratch.Of("whole"), scratch.Of("cut"));
        using (var undisturbed = Start(["--output-dir", whole, .. options]))
        {
            CliRun.End(undisturbed).ShouldExit(0);
        }

        using var process = Start(["--output-dir", folder, .. options]);
        process.WaitUntil(() => (isAsked ? LinesOf(Path.Combine(folder, member, "log.csv")) > 3 : Directory.Exists(Path.Combine(folder, member, "checkpoint-epoch-1"))) || process.HasExited);
        process.Signal(isAsked ? Running.SigTerm : Running.SigKill);
        var cut = CliRun.End(process);
        File.Exists(Path.Combine(folder, "summary.json")).ShouldBeFalse("or it was not cut short");
        if (isAsked)
        {
            cut.ShouldExit(130).Stderr.ShouldContain($"To go on with all runs: inkstone train --resume {folder}\n");
        }

        var end = CliRun.Of(["train", "--resume", folder], environment: Threads).ShouldExit(0);

        var finished = options == Seeds ? "seed-3: is finished already." : $"{(options == Folds ? "fold-1" : "head")}: is finished already, and judged once more.";
        end.Stderr.ShouldContain(finished);
        end.Stderr.ShouldContain($"{member}:\n");
        end.Stderr.ShouldContain("Resuming after step ");
        Files(folder).ShouldBe(Files(whole));
        foreach (var file in Files(folder).Where(file => file.EndsWith("best/model.safetensors", StringComparison.Ordinal) || file.StartsWith("out-of-fold", StringComparison.Ordinal)))
        {
            Hash(Path.Combine(folder, file)).ShouldBe(Hash(Path.Combine(whole, file)), file);
        }

        SummaryOf(folder).ShouldBe(SummaryOf(whole));
        end.LastLine.ToJsonString().ShouldBe(JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")))!.ToJsonString());
        var again = CliRun.Of("train", "--resume", folder).ShouldExit(0);
        again.Stderr.ShouldContain($"{folder} is finished: nothing is left to resume. What its runs came to: {Path.Combine(folder, "summary.json")}");
        again.LastLine.ToJsonString().ShouldBe(end.LastLine.ToJsonString());
    }

    [Fact]
    public void Resume_OtherSeedsFoldsRecipeOrData_IsRefusedNamingThem()
    {
        var folder = scratch.Of("cut");
        var data = scratch.Write("train.csv", File.ReadAllText(Golden.TrainCsv));
        using (var process = Start(["--output-dir", folder, "--train-file", data, .. Seeds]))
        {
            process.WaitUntil(() => Directory.Exists(Path.Combine(folder, "seed-5")) || process.HasExited);
            process.Kill();
            process.WaitForExit();
        }

        CliRun.Of("train", "--resume", folder, "--seeds", "3", "5").ShouldBeRefused($"--resume {folder}: the runs began with --seeds 3 5 7 and shall go on with --seeds 3 5. Leave --seeds and --folds out");
        CliRun.Of("train", "--resume", folder, "--folds", "3").ShouldBeRefused("the runs began with --seeds 3 5 7 and shall go on with --folds 3.");
        CliRun.Of("train", "--resume", folder, "--set", "training.num_train_epochs=2").ShouldBeRefused("training.num_train_epochs was 3 when the run began and is 2 now.");
        CliRun.Of(["train", "--resume", Path.Combine(folder, "seed-3"), .. Seeds]).ShouldBeRefused("this is not the folder of several runs that --seeds or --folds made. Leave --seeds out");
        CliRun.Of(["train", scratch.Of("r.yaml"), "--output-dir", folder, .. Seeds]).ShouldBeRefused("exists and is not empty; nothing in it was touched", $"inkstone train --resume {folder}");

        // A run that has not begun must not learn other rows than those before it.
        Directory.Delete(Path.Combine(folder, "seed-5"), recursive: true);
        File.AppendAllText(data, "很好,positive\n");
        var changed = CliRun.Of("train", "--resume", folder).ShouldExit(2);
        changed.Stderr.ShouldContain($"{data} (data) has changed since the run began");
        changed.Stderr.ShouldContain($"What is done is kept. To go on with all runs once that is mended: inkstone train --resume {folder}");
    }

    [Fact]
    public void Resume_OneFoldByItself_JudgesTheRowsOfThatFold()
    {
        var folder = scratch.Of("cut");
        using (var process = Start(["--output-dir", folder, .. Folds]))
        {
            process.WaitUntil(() => LinesOf(Path.Combine(folder, "fold-1", "log.csv")) > 3 || process.HasExited);
            process.Kill();
            process.WaitForExit();
        }

        var end = CliRun.Of("train", "--resume", Path.Combine(folder, "fold-1")).ShouldExit(0);

        end.Stderr.ShouldContain("fold 1 of 3 has 32 rows, 62 are left to train on.");
    }

    [Fact]
    public void Folds_MoreThanTexts_AreRefusedAndLeaveNothing()
    {
        CliRun.Of("train", scratch.Write("r.yaml", Golden.Recipe), "--output-dir", scratch.Of("run"), "--folds", "100000").ShouldExit(2)
            .Stderr.ShouldEndWith("error: --folds must be from 2 to the number of different texts and groups of rows, 94, but is 100000; 5 is usual.\n");

        Directory.Exists(scratch.Of("run")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("fold", 62, "--folds", "3")]
    [InlineData("seed", 94, "--seeds", "1", "2", "3")]
    public void DryRun_OfSeveralRuns_SaysWhatOneTakesAndAll(string what, int rows, params string[] options)
    {
        var run = CliRun.Of(["train", scratch.Write("r.yaml", Golden.Recipe), "--output-dir", scratch.Of("run"), "--dry-run", .. options]).ShouldExit(0);

        run.Stdout.ShouldStartWith($"Each of 3 runs, a {what} each, would make ");
        run.Stdout.ShouldContain(" for all 3");
        var result = run.LastLine;
        (result["runs"]!.GetValue<int>(), result["train_rows"]!.GetValue<int>()).ShouldBe((3, rows));
        result["total_expected_seconds"]!.GetValue<double>().ShouldBe(3 * result["expected_seconds"]!.GetValue<double>(), 1e-9);
        result["total_disk_mib"]!.GetValue<double>().ShouldBe(3 * result["disk_mib"]!.GetValue<double>(), 1e-9);
        Directory.Exists(scratch.Of("run")).ShouldBeFalse();
    }

    private System.Diagnostics.Process Start(string[] options) => CliRun.Start(
        ["train", scratch.Write("r.yaml", Golden.Recipe), .. options, "--set", "training.num_train_epochs=3", "training.early_stopping_patience=null", "training.per_device_train_batch_size=4", "training.save_total_limit=1", "tracking.report_to=csv"],
        folder: null, Threads);

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];

    private static string SummaryOf(string folder)
    {
        var summary = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")))!.AsObject();
        summary.Remove("run").ShouldBeTrue();
        foreach (var variant in summary["variants"]?.AsArray() ?? [])
        {
            variant!.AsObject().Remove("seconds").ShouldBeTrue();
        }

        return summary.ToJsonString();
    }

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    private static int LinesOf(string path)
    {
        try
        {
            return File.ReadAllLines(path).Length;
        }
        catch (IOException)
        {
            return 0;   // not there yet
        }
    }
}
