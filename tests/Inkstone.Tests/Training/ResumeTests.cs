using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Inkstone.Checkpoints;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>What a run leaves to go on from, from which of it the next process goes on, and what it refuses.</summary>
public sealed class ResumeTests(ResumeTests.WholeRuns wholeRuns) : IClassFixture<ResumeTests.WholeRuns>, IDisposable
{
    private readonly TemporaryFolder scratch = new();
    private readonly RecordingObserver observer = new();

    public void Dispose() => scratch.Dispose();

    private string Folder => scratch.Combine("run");

    [Theory]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(17)]
    public void Resume_AfterAStopInMidRun_EndsInTheSameBits(int step)
    {
        string[] settings = ["training.save_strategy=no", "training.logging_steps=4", "training.eval_strategy=steps", "training.eval_steps=5"];
        var whole = Whole(settings);
        StopAfter(step, settings);

        Resume(settings);

        ShouldBeTheSameAs(whole);
        observer.Steps[0].Step.ShouldBe(step + 1);
        observer.Notices.ShouldContain($"Resuming after step {step}, from {Path.Combine(Folder, "last")}.");
    }

    [Fact]
    public void Resume_AfterAStopInAnEvaluation_MakesItAndLogsItOnce()
    {
        string[] settings = ["training.save_strategy=no", "training.eval_strategy=steps", "training.eval_steps=7"];
        var whole = Whole(settings);
        using var stop = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => Run(settings, new() { OnEvaluationProgress = stop.Cancel }, stop: stop.Token));

        // Killed right behind the evaluation that it makes up for: no checkpoint knows of it, log.csv does.
        Should.Throw<KilledException>(() => Run(settings, new() { OnEvaluated = _ => throw new KilledException() }, resume: true));
        Resume(settings);

        ShouldBeTheSameAs(whole);
    }

    [Fact]
    public void Resume_StoppedEarlyThenKilledBeforeTheEnd_TrainsNoStepMore()
    {
        string[] settings =
        [
            "optimizer.learning_rate=0.05", "training.eval_strategy=steps", "training.eval_steps=3", "training.metric_for_best_model=loss",
            "training.num_train_epochs=10", "training.logging_steps=5", "training.save_strategy=steps", "training.save_steps=1", "training.save_total_limit=1",
        ];
        var whole = Whole(settings);
        Run(settings, new());
        BeUnfinished();
        Directory.Delete(Path.Combine(Folder, "last"), recursive: true);

        Resume(settings);

        observer.Steps.ShouldBeEmpty();
        ShouldBeTheSameAs(whole);
    }

    [Fact]
    public void Resume_KilledInTheLastEvaluation_OnlyJudges()
    {
        string[] settings = ["training.save_strategy=no"];
        var whole = Whole(settings);
        Run(settings, new());
        BeUnfinished();
        Directory.Delete(Path.Combine(Folder, "evaluation"), recursive: true);

        var result = Resume(settings);

        observer.Steps.ShouldBeEmpty();
        File.ReadAllLines(Path.Combine(Folder, "events.jsonl")).Count(line => line.StartsWith("{\"event\":\"end\"", StringComparison.Ordinal)).ShouldBe(1);
        result.Evaluation.ShouldNotBeNull();
        result.Training.Steps.ShouldBe(24);
        ShouldBeTheSameAs(whole);
    }

    [Fact]
    public void Resume_KilledBeforeTheFirstCheckpoint_BeginsAgain()
    {
        var whole = Whole();
        Should.Throw<KilledException>(() => Run([], DyingAt(4)));

        Resume();

        observer.Notices.ShouldContain($"{Folder} has no whole checkpoint to resume from: the run begins again with its first step.");
        observer.Steps[0].Step.ShouldBe(1);
        ShouldBeTheSameAs(whole);
    }

    [Fact]
    public void Resume_KilledBeforeEnvironmentJson_BeginsAgain()
    {
        var whole = Whole();
        Should.Throw<KilledException>(() => Run([], DyingAt(1)));
        foreach (var entry in Directory.GetFileSystemEntries(Folder).Where(path => Path.GetFileName(path) != "recipe.yaml"))
        {
            Delete(entry);
        }

        Resume();

        observer.Steps[0].Step.ShouldBe(1);
        ShouldBeTheSameAs(whole);
    }

    [Fact]
    public void Resume_DamagedEnvironmentJson_IsRefused()
    {
        Should.Throw<KilledException>(() => Run([], DyingAt(10)));
        File.WriteAllText(Path.Combine(Folder, "environment.json"), "{");

        Should.Throw<ResumeException>(() => Resume()).Message.ShouldContain("environment.json is damaged, so nothing tells whether recipe and data are the same. Train anew with another --output-dir.");
    }

    [Theory]
    [InlineData("training_state.safetensors", true)]
    [InlineData("training_state.safetensors", false)]
    [InlineData("training_state.json", true)]
    [InlineData("training_state.json", false)]
    [InlineData("model.safetensors", false)]
    [InlineData("vocab.txt", false)]
    [InlineData("checksums.sha256", true)]
    public void Resume_DamagedCheckpoint_SaysWhichFileAndTakesTheOneBefore(string file, bool isCut)
    {
        string[] settings = ["training.save_strategy=steps", "training.save_steps=5"];
        var whole = Whole(settings);
        Should.Throw<KilledException>(() => Run(settings, DyingAt(13)));
        Damage(Path.Combine(Folder, "checkpoint-10", file), isCut);

        Resume(settings);

        observer.Notices.ShouldContain(notice => notice.StartsWith($"Warning: {Path.Combine(Folder, "checkpoint-10", file)}", StringComparison.Ordinal) && notice.EndsWith("this checkpoint is not used; the newest that is whole is.", StringComparison.Ordinal));
        observer.Notices.ShouldContain($"Resuming after step 5, from {Path.Combine(Folder, "checkpoint-5")}.");
        ShouldBeTheSameAs(whole);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(20, false)]
    [InlineData(20, true)]
    public void Resume_AverageOfWeightsAndOfCheckpoints_EndInTheSameBits(int step, bool isKilledAtTheEnd)
    {
        string[] settings =
        [
            "training={ema_decay: 0.9, swa_checkpoints: 2, save_strategy: steps, save_steps: 6, early_stopping_patience: null}", "optimizer.learning_rate=2e-3", "tracking.report_to=[csv, tensorboard, wandb]",
        ];
        var whole = Whole(settings);
        Should.Throw<KilledException>(() => Run(settings, DyingAt(step)));
        if (isKilledAtTheEnd)
        {
            // Behind the mean of the checkpoints: log.csv knows of it, no checkpoint does.
            Should.Throw<KilledException>(() => Run(settings, new() { OnEvaluated = evaluation => Die(evaluation.Split != "validation") }, resume: true));
        }

        Resume(settings);

        observer.Evaluations[^1].Split.ShouldBe("validation (mean of checkpoints)");
        ShouldBeTheSameAs(whole);
        Hash(Path.Combine(Folder, "checkpoint-24", "training_state.safetensors")).ShouldBe(Hash(Path.Combine(whole, "checkpoint-24", "training_state.safetensors")));

        static void Die(bool isTime)
        {
            if (isTime)
            {
                throw new KilledException();
            }
        }
    }

    [Theory]
    [InlineData("model.safetensors", false, "is damaged: its content is not what was written")]
    [InlineData("config.json", true, "is damaged: its content is not what was written")]
    [InlineData("", false, "is missing")]
    public void Resume_BestIsDamaged_SaysSoAndFindsANewBest(string file, bool isCut, string problem)
    {
        string[] settings = ["training.save_strategy=steps", "training.save_steps=5"];
        Should.Throw<KilledException>(() => Run(settings, DyingAt(18)));
        var path = Path.Combine(Folder, "best", file).TrimEnd('/');
        if (file.Length == 0)
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            Damage(path, isCut);
        }

        var result = Resume(settings);

        observer.Notices.ShouldContain($"Warning: {path} {problem}; the best weights so far are lost, and the next evaluation counts as the best again.");
        result.Training.Value.ShouldBe(observer.Evaluations.ShouldHaveSingleItem().Metrics.MacroF1);
        File.Exists(Path.Combine(Folder, "best", "checksums.sha256")).ShouldBeTrue();
    }

    [Fact]
    public void Resume_BestIsDamagedBeforeItIsReadBack_IsRefusedNamingTheFile()
    {
        string[] settings = ["optimizer.learning_rate=1e-9"];   // so that no evaluation is better than the first
        Should.Throw<KilledException>(() => Run(settings, DyingAt(18)));
        var path = Path.Combine(Folder, "best", "model.safetensors");

        var failed = Should.Throw<InvalidCheckpointException>(() => Run(settings, new() { OnEvaluated = _ => File.AppendAllText(path, "x") }, resume: true));

        failed.Message.ShouldStartWith($"{path}: is damaged: its content is not what was written. The weights after the last step are in {Path.Combine(Folder, "last")};");
    }

    [Fact]
    public void Resume_BestOfAnEarlierVersionWithoutChecksums_IsTakenAsItIs()
    {
        var whole = Whole();
        Should.Throw<KilledException>(() => Run([], DyingAt(18)));
        File.Delete(Path.Combine(Folder, "best", "checksums.sha256"));

        Resume();

        observer.Notices.ShouldNotContain(notice => notice.Contains("the best weights so far are lost", StringComparison.Ordinal));
        ShouldBeTheSameAs(whole);
    }

    [Fact]
    public void Resume_SaveTotalLimit_CountsWhatWasSavedBefore()
    {
        string[] settings = ["training.save_strategy=steps", "training.save_steps=3", "training.save_total_limit=2"];
        Should.Throw<KilledException>(() => Run(settings, DyingAt(14)));
        Checkpoints().ShouldBe(["checkpoint-12", "checkpoint-9"]);

        Directory.CreateDirectory(Path.Combine(Folder, "checkpoint-6"));   // as a kill leaves it that comes before the oldest is deleted
        Should.Throw<KilledException>(() => Run(settings, DyingAt(13), resume: true));
        Checkpoints().ShouldBe(["checkpoint-12", "checkpoint-9"]);

        Should.Throw<KilledException>(() => Run(settings, DyingAt(16), resume: true));
        Checkpoints().ShouldBe(["checkpoint-12", "checkpoint-15"]);

        Resume(settings);
        Checkpoints().ShouldBe(["checkpoint-21", "checkpoint-24"]);
    }

    [Fact]
    public void Fit_SaveOnlyModel_LeavesNoStateButWhereItIsStopped()
    {
        string[] settings = ["training.save_strategy=steps", "training.save_steps=3", "training.save_only_model=true"];
        StopAfter(7, settings);

        File.Exists(Path.Combine(Folder, "checkpoint-6", "model.safetensors")).ShouldBeTrue();
        Directory.GetFiles(Path.Combine(Folder, "checkpoint-6"), "training_state.*").ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(Folder, "last"), "training_state.*").Length.ShouldBe(2);
        Resume(settings);
        observer.Steps[0].Step.ShouldBe(8);
        Directory.GetFiles(Path.Combine(Folder, "last"), "training_state.*").ShouldBe([Path.Combine(Folder, "last", "training_state.json")]);
    }

    [Theory]
    [InlineData("optimizer.learning_rate=1e-3", "optimizer.learning_rate was 0.0004 when the run began and is 0.001 now")]
    [InlineData("training.seed=7", "training.seed was 42 when the run began and is 7 now")]
    [InlineData("tracking.report_to=none", "tracking.report_to was [\"csv\"] when the run began and is [\"none\"] now")]
    public void Resume_ChangedRecipe_IsRefusedNamingTheKey(string change, string expected)
    {
        Should.Throw<KilledException>(() => Run([], DyingAt(14)));
        var before = Snapshot();

        Should.Throw<ResumeException>(() => Resume(change)).Message.ShouldStartWith($"--resume {Folder}: {expected}.");

        Snapshot().ShouldBe(before);
    }

    [Fact]
    public void Resume_ChangedData_IsRefusedNamingTheFile()
    {
        var rows = scratch.Write("rows.csv", File.ReadAllText(Repo.Golden("e2e", "train.csv")));
        string[] settings = [$"data.train_file={rows}"];
        Should.Throw<KilledException>(() => Run(settings, DyingAt(14)));
        File.AppendAllText(rows, "很好,positive\n");

        Should.Throw<ResumeException>(() => Resume(settings)).Message.ShouldStartWith($"--resume {Folder}: {rows} (data) has changed since the run began");
    }

    [Fact]
    public void Resume_ChangedVocabulary_IsRefusedNamingTheFile()
    {
        var model = Directory.CreateDirectory(scratch.Combine("model")).FullName;
        foreach (var file in Directory.GetFiles(Repo.Golden("models", "bert")))
        {
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        }

        string[] settings = [$"model.name_or_path={model}"];
        Should.Throw<KilledException>(() => Run(settings, DyingAt(14)));
        var vocabulary = File.ReadAllLines(Path.Combine(model, "vocab.txt"));
        (vocabulary[^1], vocabulary[^2]) = (vocabulary[^2], vocabulary[^1]);
        File.WriteAllLines(Path.Combine(model, "vocab.txt"), vocabulary);

        Should.Throw<ResumeException>(() => Resume(settings)).Message.ShouldStartWith(
            $"--resume {Folder}: {Path.Combine(model, "vocab.txt")} (model.name_or_path) has changed since the run began");
    }

    [Fact]
    public void Resume_OtherThreadsAndLibtorch_IsAWarning()
    {
        Should.Throw<KilledException>(() => Run([], DyingAt(14)));
        ChangeEnvironment(environment => (environment["threads"], environment["libtorch"]) = (977, "1.0"));

        Resume();

        observer.Notices.ShouldContain($"threads was 977 when the run began and is {TorchRuntime.ThreadCount} now: the last bits of the weights may differ from those of a run that was never interrupted.");
        observer.Notices.ShouldContain(notice => notice.StartsWith("libtorch was 1.0 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Resume_FinishedRun_SaysSoAndTouchesNothing()
    {
        Run([], new());
        var before = Snapshot();

        Should.Throw<RunFinishedException>(() => Resume()).Message.ShouldBe($"{Folder} is finished: nothing is left to resume.");

        Snapshot().ShouldBe(before);
        JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "environment.json")))!["finished"]!.GetValue<DateTimeOffset>().ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void Resume_NoRun_IsRefused()
    {
        Should.Throw<ResumeException>(() => Resume()).Message.ShouldContain("there is no such folder");
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "thesis.txt"), "mine");

        Should.Throw<ResumeException>(() => Resume()).Message.ShouldContain("there is no recipe.yaml in it");

        Directory.GetFileSystemEntries(Folder).ShouldBe([Path.Combine(Folder, "thesis.txt")]);
    }

    [Fact]
    public void Run_FolderThatAnotherProcessWrites_IsRefused()
    {
        var refused = new List<string>();
        Run([], new() { OnStep = step => TryBoth(step.Step == 1) });

        refused.Count.ShouldBe(2);
        refused[0].ShouldBe($"{Folder} is being written by another process that trains; nothing in it was touched. Wait for its end, or choose another --output-dir.");
        refused[1].ShouldBe($"{Folder} exists and is not empty; nothing in it was touched. Choose another --output-dir, or move it away. To go on with the run in it: inkstone train --resume {Folder}");

        void TryBoth(bool isTime)
        {
            if (isTime)
            {
                refused.Add(Should.Throw<RunFolderTakenException>(() => Resume()).Message);
                refused.Add(Should.Throw<RunFolderTakenException>(() => Run([], new())).Message);
            }
        }
    }

    [Fact]
    public void Begin_TwoProcessesAtOnce_OnlyOneGetsTheFolder()
    {
        var recipe = TinyRun.RecipeOf();
        using var one = RunFolder.At(Folder);
        using var other = RunFolder.At(Folder);
        one.Begin(recipe, [], _ => { });

        Should.Throw<RunFolderTakenException>(() => other.Begin(recipe, [], _ => { }));
    }

    [Fact]
    public void Resume_LeftoversOfAKilledWriter_AreGone()
    {
        Should.Throw<KilledException>(() => Run([], DyingAt(14)));
        Directory.CreateDirectory(Path.Combine(Folder, ".checkpoint-epoch-1.0123456789abcdef0123456789abcdef.inkstone-tmp"));
        Directory.Move(Path.Combine(Folder, "best"), Path.Combine(Folder, ".best.0123456789abcdef0123456789abcdef.inkstone-old"));

        Should.Throw<KilledException>(() => Run([], DyingAt(15), resume: true));

        Directory.GetFileSystemEntries(Folder, ".*").ShouldBeEmpty();
        Directory.Exists(Path.Combine(Folder, "best")).ShouldBeTrue();
    }

    private string Whole(params string[] settings) => wholeRuns.Of(settings);

    private void StopAfter(int step, params string[] settings)
    {
        using var stop = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => Run(settings, new() { OnStep = record => Cancel(record.Step == step) }, stop: stop.Token));

        void Cancel(bool isTime)
        {
            if (isTime)
            {
                stop.Cancel();
            }
        }
    }

    private FineTuneResult Resume(params string[] settings) => Run(settings, observer, resume: true);

    private FineTuneResult Run(string[] settings, RecordingObserver observer, bool resume = false, CancellationToken? stop = null) =>
        FineTuneRun.Run(TinyRun.RecipeOf(settings), Folder, observer, TimeProvider.System, stop ?? TestContext.Current.CancellationToken, resume);

    private static RecordingObserver DyingAt(int step) => new()
    {
        OnStep = record =>
        {
            if (record.Step == step)
            {
                throw new KilledException();
            }
        },
    };

    private void BeUnfinished() => ChangeEnvironment(environment => environment.Remove("finished"));

    private void ChangeEnvironment(Action<JsonObject> change)
    {
        var path = Path.Combine(Folder, "environment.json");
        var environment = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(environment);
        File.WriteAllText(path, environment.ToJsonString());
    }

    private static void Damage(string path, bool isCut)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, isCut ? bytes[..(bytes.Length / 2)] : bytes);
    }

    private void ShouldBeTheSameAs(string whole)
    {
        foreach (var file in new[] { "last/model.safetensors", "best/model.safetensors", "evaluation/metrics.json" })
        {
            Hash(Path.Combine(Folder, file)).ShouldBe(Hash(Path.Combine(whole, file)), file);
        }

        LogWithoutTimes(Folder).ShouldBe(LogWithoutTimes(whole));
    }

    private static string[] LogWithoutTimes(string run) =>
        [.. File.ReadAllLines(Path.Combine(run, "log.csv")).Select(line => string.Join(',', line.Split(',').SkipLast(3)))];

    private string[] Checkpoints() => [.. Directory.GetDirectories(Folder, "checkpoint-*").Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    private string[] Snapshot() => [.. Directory.GetFiles(Folder, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetFileName(path) != "run.lock").Order(StringComparer.Ordinal).Select(path => $"{path} {Hash(path)}")];

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    /// <summary>Runs that nobody interrupted, one for each list of settings.</summary>
    public sealed class WholeRuns : IDisposable
    {
        private readonly TemporaryFolder scratch = new();
        private readonly Dictionary<string, string> folders = [];

        internal string Of(string[] settings)
        {
            var key = string.Join(' ', settings);
            if (!folders.TryGetValue(key, out var folder))
            {
                folders[key] = folder = scratch.Combine($"{folders.Count}");
                TinyRun.Run(folder, new(), settings);
            }

            return folder;
        }

        public void Dispose() => scratch.Dispose();
    }

    /// <summary>Ends a run in the middle without a chance to save, as SIGKILL does.</summary>
    private sealed class KilledException : Exception;
}
