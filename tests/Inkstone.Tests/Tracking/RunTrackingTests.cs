using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Inkstone.Tests.Support;
using Inkstone.Tracking;
using Inkstone.Tracking.TensorBoard;
using Inkstone.Tracking.Wandb;
using Shouldly;
using Xunit;
using Record = Inkstone.Tracking.Wandb.Record;

namespace Inkstone.Tests.Tracking;

public sealed class RunTrackingTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();
    private readonly ManualTime time = new();
    private readonly List<string> notices = [];

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Train_AllTrackers_HoldEqualNumbers()
    {
        var observer = new RecordingObserver();
        var folder = scratch.Combine("run");

        var result = TinyRun.Run(folder, observer, "tracking.report_to=[csv, tensorboard, wandb]", "training.logging_steps=2");

        var csv = CsvRows(folder);
        var json = JsonEvents(folder);
        var scalars = EventFileReader.Scalars(EventFileReader.ReadFolder(Path.Combine(folder, "tensorboard"))).ToLookup(scalar => scalar.Step);
        var wandb = Histories(folder);
        csv.Select(row => $"{row["split"]} {row["step"]}").ShouldBe(
            observer.Logged.Select(record => (record.Step, 0, $"train {record.Step}"))
                .Concat(observer.Evaluations.Select(record => (record.Step, 1, $"validation {record.Step}"))).Order().Select(each => each.Item3));
        json.Select(each => (string)each["event"]!).Distinct().ShouldBe(["start", "notice", "train", "evaluation", "end"]);
        wandb.Count.ShouldBe(csv.Count + 1);
        var logged = json.Where(each => (string)each["event"]! is "train" or "evaluation").ToList();
        for (var row = 0; row < csv.Count; row++)
        {
            var (prefix, columns) = csv[row]["split"] == "train"
                ? ("train", new[] { "loss", "grad_norm", "learning_rate", "epoch", "samples_per_second", "tokens_per_second" })
                : ("eval", ["loss", "accuracy", "f1_macro", "samples_per_second", "tokens_per_second"]);
            foreach (var column in columns)
            {
                var expected = double.Parse(csv[row][column], CultureInfo.InvariantCulture);
                var step = long.Parse(csv[row]["step"], CultureInfo.InvariantCulture);
                ((double)logged[row][column]!).ShouldBe(expected);
                double.Parse(wandb[row][$"{prefix}/{column}"], CultureInfo.InvariantCulture).ShouldBe(expected);
                wandb[row]["train/global_step"].ShouldBe(csv[row]["step"]);
                scalars[step].Single(scalar => scalar.Tag == $"{prefix}/{column}").Value.ShouldBe((float)expected);
            }
        }

        observer.Logged.ShouldContain(record => record.PaddingShare > 0);
        json.Where(each => (string)each["event"]! == "train").Select(each => (double)each["padding_share"]!).ShouldBe(observer.Logged.Select(record => record.PaddingShare));
        observer.Logged.ShouldAllBe(record => scalars[record.Step].Single(scalar => scalar.Tag == "train/padding_share").Value == (float)record.PaddingShare);

        var accuracy = result.Evaluation!.Metrics.Accuracy!.Value;
        ((double)json[^1]["accuracy"]!).ShouldBe(accuracy);
        double.Parse(wandb[^1]["final/accuracy"], CultureInfo.InvariantCulture).ShouldBe(accuracy);
        scalars[24].Single(scalar => scalar.Tag == "final/accuracy").Value.ShouldBe((float)accuracy);
    }

    [Fact]
    public void Finish_TensorBoard_HasTheRecordsOfEachDashboard()
    {
        var run = SomeRun.Folder(scratch);

        using (var tracking = RunTracking.Begin(SomeRun.Recipe(), run, time, notices.Add))
        {
            SomeRun.Tell(tracking, 1, 3, 0.5);
            tracking.Finish(SomeRun.Judged());
        }

        var events = EventFileReader.ReadFolder(run.TensorBoard);
        var values = events.SelectMany(each => each.Summary?.Value.Select(value => (each.Step, value)) ?? []).ToList();
        values.Where(each => each.value.ValueCase != SummaryValue.ValueOneofCase.SimpleValue).Select(each => $"{each.Step} {each.value.Tag}").ShouldBe(
        [
            "0 recipe/text_summary", "0 _hparams_/experiment", "0 _hparams_/session_start_info",
            "3 eval/confusion_matrix", "3 eval/classes/text_summary",
            "3 test/confusion_matrix", "3 test/classes/text_summary", "3 test/pr/差评", "3 test/pr/好评",
            "3 _hparams_/session_end_info",
        ]);
        values.ShouldContain(each => each.value.Tag == "test/accuracy" && each.value.SimpleValue == 0.75f);
        Value(values, "recipe/text_summary").Tensor.StringVal[0].ToStringUtf8().ShouldContain("\n      run_name: 试验");
        Value(values, "eval/classes/text_summary").Tensor.StringVal[0].ToStringUtf8().ShouldContain("\n| 1 | 好评 | 3 | 2 | 1.0000 | 0.6667 | 0.8000 |");
        var experiment = HParams(values, "experiment").Experiment;
        experiment.HparamInfos.Single(each => each.Name == "optimizer.learning_rate").Type.ShouldBe(HParamDescription.Types.DataType.Float64);
        experiment.MetricInfos.Select(each => each.Name.Tag).ShouldContain("eval/f1_macro");
        var start = HParams(values, "session_start_info").SessionStartInfo;
        start.Hparams["optimizer.learning_rate"].NumberValue.ShouldBe(2e-5);
        start.Hparams["training.shuffle"].BoolValue.ShouldBeTrue();
        start.Hparams["model.pooling"].StringValue.ShouldBe("pooler");
        start.Hparams.Keys.ShouldBe(experiment.HparamInfos.Select(each => each.Name), ignoreOrder: true);
        HParams(values, "session_end_info").SessionEndInfo.Status.ShouldBe(SessionEndInfo.Types.Status.Success);
    }

    [Fact]
    public void Finish_Wandb_HasTheRecordsAndFilesOfAnOfflineRun()
    {
        var run = SomeRun.Folder(scratch);

        using (var tracking = RunTracking.Begin(SomeRun.Recipe(), run, time, notices.Add))
        {
            time.Now += TimeSpan.FromSeconds(90);
            SomeRun.Tell(tracking, 1, 1, double.NaN);
            tracking.Finish(SomeRun.Judged());
        }

        var folder = Directory.GetDirectories(run.Wandb).ShouldHaveSingleItem();
        var id = folder[^8..];
        Path.GetFileName(folder).ShouldBe($"offline-run-20260301_093000-{id}");
        id.ShouldAllBe(each => char.IsAsciiLetterLower(each) || char.IsAsciiDigit(each));
        var records = WandbFile.Read(Path.Combine(folder, $"run-{id}.wandb"));
        records.Select(record => record.RecordTypeCase.ToString()).ShouldBe(["Header", "Run", "Files", "Summary", "History", "Summary", "History", "Exit"]);
        records[0].Header.VersionInfo.MinConsumer.ShouldBe(WandbFile.Read(Repo.Golden("tracking", "run-abcd1234.wandb"))[0].Header.VersionInfo.MinConsumer);
        records[1].Run.DisplayName.ShouldBe("试验");
        records[1].Run.StartTime.ToDateTimeOffset().ShouldBe(new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero));
        JsonNode.Parse(records[1].Run.Config.Update.Single(item => item.Key == "optimizer").ValueJson)!["learning_rate"]!.GetValue<double>().ShouldBe(2e-5);
        records[2].Files.Files.ShouldAllBe(file => File.Exists(Path.Combine(folder, "files", file.Path)));
        var history = records[4].History;
        history.Step.Num.ShouldBe(0);
        history.Item.Single(item => item.NestedKey is ["train/loss"]).ValueJson.ShouldBe("\"NaN\"");
        history.Item.Single(item => item.NestedKey is ["_runtime"]).ValueJson.ShouldBe("90");
        history.Item.Single(item => item.NestedKey is ["_timestamp"]).ValueJson.ShouldBe("1772357490");
        records[7].Exit.ExitCode.ShouldBe(0);
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "files", "wandb-summary.json")))!["test/accuracy"]!.GetValue<double>().ShouldBe(0.75);
        File.ReadAllText(Path.Combine(folder, "files", "config.yaml")).ShouldContain("optimizer:\n    value:\n      name: adamw\n");
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "files", "wandb-metadata.json")))!["program"]!.GetValue<string>().ShouldBe("inkstone");
    }

    [Fact]
    public void Dispose_RunThatDidNotFinish_LeavesWandbWithCodeOneAndNoEndElsewhere()
    {
        var run = SomeRun.Folder(scratch);

        using (var tracking = RunTracking.Begin(SomeRun.Recipe(), run, time, notices.Add))
        {
            SomeRun.Tell(tracking, 1, 2, 0.5);
        }

        WandbRecords(run.Folder)[^1].Exit.ExitCode.ShouldBe(1);
        JsonEvents(run.Folder)[^1]["event"]!.GetValue<string>().ShouldBe("train");
        EventFileReader.ReadFolder(run.TensorBoard).SelectMany(each => each.Summary?.Value.AsEnumerable() ?? []).ShouldNotContain(value => value.Tag == "_hparams_/session_end_info");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("[]")]
    public void Begin_NoReaders_WritesEventsAlone(string reportTo)
    {
        var run = SomeRun.Folder(scratch);

        using (var tracking = RunTracking.Begin(SomeRun.Recipe(reportTo), run, time, notices.Add))
        {
            tracking.Notice("要注意");
            SomeRun.Tell(tracking, 1, 1, 0.5);
        }

        Directory.GetFileSystemEntries(run.Folder).ShouldBe([run.Events]);
        File.ReadAllLines(run.Events)[1].ShouldBe("""{"event":"notice","time":"2026-03-01T09:30:00+00:00","step":0,"message":"要注意"}""");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Continue_AfterAStep_TakesLaterStepsBack(bool isKilled)
    {
        var run = SomeRun.Folder(scratch);
        var first = RunTracking.Begin(SomeRun.Recipe(), run, time, notices.Add);
        SomeRun.Tell(first, 1, 8, 0.5);
        if (isKilled)
        {
            // What is left when the machine stops in the middle of a record.
            File.AppendAllText(run.Log, "9,0.9,tra");
            File.AppendAllText(run.Events, """{"event":"train","st""");
            Cut(Directory.GetFiles(run.TensorBoard).Single(), 5);
            Cut(Directory.GetFiles(run.Wandb, "*.wandb", SearchOption.AllDirectories).Single(), 5);
        }
        else
        {
            first.Dispose();
        }

        time.Now += TimeSpan.FromMinutes(5);
        using (var second = RunTracking.Continue(SomeRun.Recipe(), run, 4, time, notices.Add))
        {
            SomeRun.Tell(second, 5, 7, 0.25);
            second.Finish(null);
        }

        (string, string)[] expected =
        [
            ("1", "0.5"), ("2", "0.5"), ("3", "0.5"), ("4", "0.5"), ("5", "0.25"), ("6", "0.25"), ("7", "0.25"),
        ];
        CsvRows(run.Folder).Where(row => row["split"] == "train").Select(row => (row["step"], row["loss"])).ShouldBe(expected);
        CsvRows(run.Folder).Where(row => row["split"] == "validation").Select(row => row["step"]).ShouldBe(["3", "6"]);
        JsonEvents(run.Folder).Where(each => each["event"]!.GetValue<string>() == "train").Select(each => ($"{each["step"]}", $"{each["loss"]}")).ShouldBe(expected);
        JsonEvents(run.Folder).Single(each => each["event"]!.GetValue<string>() == "resume")["step"]!.GetValue<long>().ShouldBe(4);
        var scalars = EventFileReader.Scalars(EventFileReader.ReadFolder(run.TensorBoard));
        scalars.Where(scalar => scalar.Tag == "train/loss").Select(scalar => ($"{scalar.Step}", scalar.Value.ToString(CultureInfo.InvariantCulture))).ShouldBe(expected);
        var records = WandbRecords(run.Folder);
        records.Select(record => record.Num).ShouldBe(Enumerable.Range(1, records.Count).Select(num => (long)num));
        records.Count(record => record.Exit is not null).ShouldBe(1);
        records[^1].Exit.ShouldBe(new RunExitRecord { ExitCode = 0, Runtime = 300 });
        var histories = Histories(run.Folder);
        histories.Where(history => history.ContainsKey("train/loss")).Select(history => (history["train/global_step"], history["train/loss"])).ShouldBe(expected);
        histories.Select(history => history["_step"]).ShouldBe(Enumerable.Range(0, histories.Count).Select(step => $"{step}"));
        notices.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(6, false)]
    [InlineData(9, false)]
    public void Continue_BehindAnEvaluationOrTheEnd_ShowsNothingTwice(long step, bool evaluationPending)
    {
        var run = SomeRun.Folder(scratch);
        using (var first = RunTracking.Begin(SomeRun.Recipe(), run, time, notices.Add))
        {
            SomeRun.Tell(first, 1, step, 0.5);
            first.Evaluated(SomeRun.Evaluation(step) with { Split = "validation (mean of checkpoints)" });
            first.Finish(SomeRun.Judged());
        }

        // Killed twice before environment.json says that the run is over.
        for (var killed = 1; killed <= 2; killed++)
        {
            time.Now += TimeSpan.FromMinutes(5);
            using var next = RunTracking.Continue(SomeRun.Recipe(), run, step, evaluationPending, time, notices.Add);
            if (evaluationPending)
            {
                next.Evaluated(SomeRun.Evaluation(step));
            }

            next.Evaluated(SomeRun.Evaluation(step) with { Split = "validation (mean of checkpoints)" });
            next.Finish(SomeRun.Judged());
        }

        string[] evaluations = step == 6 ? ["3", "6", "6"] : ["3", "6", "9", "9"];
        CsvRows(run.Folder).Where(row => row["split"] != "train").Select(row => row["step"]).ShouldBe(evaluations);
        CsvRows(run.Folder).Count(row => row["split"] == "train").ShouldBe((int)step);
        JsonEvents(run.Folder).Where(each => (string)each["event"]! == "evaluation").Select(each => $"{each["step"]}").ShouldBe(evaluations);
        JsonEvents(run.Folder).Count(each => (string)each["event"]! == "end").ShouldBe(1);
        var events = EventFileReader.ReadFolder(run.TensorBoard);
        var scalars = EventFileReader.Scalars(events);
        scalars.Where(scalar => scalar.Tag == "train/loss").Select(scalar => scalar.Step).ShouldBe(Enumerable.Range(1, (int)step).Select(each => (long)each));
        scalars.Where(scalar => scalar.Tag == "eval/accuracy").Select(scalar => $"{scalar.Step}").ShouldBe(evaluations[..^1]);
        scalars.Where(scalar => scalar.Tag == "mean/accuracy").Select(scalar => scalar.Step).ShouldBe([step]);
        scalars.Count(scalar => scalar.Tag == "test/accuracy").ShouldBe(1);
        var others = events.SelectMany(each => each.Summary?.Value.AsEnumerable() ?? []).Select(value => value.Tag).ToList();
        others.Count(tag => tag == "eval/confusion_matrix").ShouldBe(evaluations.Length - 1);
        others.Count(tag => tag == "mean/confusion_matrix").ShouldBe(1);
        others.Count(tag => tag == "_hparams_/session_end_info").ShouldBe(1);
        others.Count(tag => tag == "recipe/text_summary").ShouldBe(1);
        var histories = Histories(run.Folder);
        histories.Where(history => history.ContainsKey("eval/accuracy")).Select(history => history["train/global_step"]).ShouldBe(evaluations[..^1]);
        histories.Where(history => history.ContainsKey("mean/accuracy")).Select(history => history["train/global_step"]).ShouldBe([$"{step}"]);
        histories.Count(history => history.ContainsKey("train/loss")).ShouldBe((int)step);
        histories.Count(history => history.ContainsKey("test/accuracy")).ShouldBe(1);
        histories.Select(history => history["_step"]).ShouldBe(Enumerable.Range(0, histories.Count).Select(number => $"{number}"));
        WandbRecords(run.Folder).Count(record => record.Exit is not null).ShouldBe(1);
        notices.ShouldBeEmpty();
    }

    [Fact]
    public void StepLogged_Float16_WritesScaleAndSkips()
    {
        var run = SomeRun.Folder(scratch);
        using (var tracking = RunTracking.Begin(SomeRun.Recipe(), run, time, notices.Add))
        {
            tracking.StepLogged(SomeRun.Step(1, 0.5) with { LossScale = 32768, SkippedSteps = 1, GradNorm = double.PositiveInfinity });
        }

        var logged = JsonEvents(run.Folder)[^1];
        ((double)logged["loss_scale"]!, (long)logged["skipped_steps"]!).ShouldBe((32768, 1));
        logged["grad_norm"].ShouldBeNull();
        EventFileReader.Scalars(EventFileReader.ReadFolder(run.TensorBoard)).ShouldContain((1, "train/loss_scale", 32768f));
        Histories(run.Folder)[^1]["train/skipped_steps"].ShouldBe("1");
    }

    [Fact]
    public void Continue_WandbRunThatWasUploaded_BeginsAnother()
    {
        var run = SomeRun.Folder(scratch);
        using (var first = RunTracking.Begin(SomeRun.Recipe("wandb"), run, time, notices.Add))
        {
            SomeRun.Tell(first, 1, 4, 0.5);
        }

        var uploaded = Directory.GetFiles(run.Wandb, "*.wandb", SearchOption.AllDirectories).Single();
        var before = File.ReadAllBytes(uploaded);
        File.WriteAllText(uploaded + ".synced", "");

        time.Now += TimeSpan.FromMinutes(5);
        RunTracking.Continue(SomeRun.Recipe("wandb"), run, 2, time, notices.Add).Dispose();

        File.ReadAllBytes(uploaded).ShouldBe(before);
        Directory.GetDirectories(run.Wandb).Length.ShouldBe(2);
    }

    [Fact]
    public void Tell_TrackerThatCannotWrite_IsToldOnceAndTheOthersGoOn()
    {
        var full = new FullDisk();
        var run = SomeRun.Folder(scratch);
        using (var csv = new CsvLog(run.Log))
        {
            var tracking = new RunTracking([full, csv], notices.Add);

            SomeRun.Tell(tracking, 1, 3, 0.5);
        }

        CsvRows(run.Folder).Count.ShouldBe(4);
        full.Tried.ShouldBe(4);
        notices.ShouldBe(["somewhere cannot be written: No space left on device. The run goes on; what happens until it can be written again is missing there."]);
    }

    [Fact]
    public void Tell_DiskIsFullForAWhile_LeavesEveryFileReadable()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Execute("mount", "-t", "tmpfs", "-o", "size=512k", "inkstone-test", scratch.Path), "Needs root and the right to mount a tmpfs.");
        try
        {
            var run = SomeRun.Folder(scratch);
            using (var tracking = RunTracking.Begin(SomeRun.Recipe(), run, time, notices.Add))
            {
                SomeRun.Tell(tracking, 1, 2, 0.5);
                using (var ballast = File.Create(scratch.Combine("ballast"), 1))
                {
                    Should.Throw<IOException>(() =>
                    {
                        while (true)
                        {
                            ballast.Write(new byte[512]);
                        }
                    });
                }

                SomeRun.Tell(tracking, 3, 40, 0.5);
                File.Delete(scratch.Combine("ballast"));
                SomeRun.Tell(tracking, 41, 41, 0.5);
                tracking.Finish(SomeRun.Judged());
            }

            notices.Count.ShouldBeInRange(1, 4);
            notices.ShouldAllBe(notice => notice.Contains("No space left on device", StringComparison.Ordinal));
            CsvRows(run.Folder).Select(row => row["step"]).ShouldContain("41");
            JsonEvents(run.Folder)[^1]["event"]!.GetValue<string>().ShouldBe("end");
            EventFileReader.Scalars(EventFileReader.ReadFolder(run.TensorBoard)).ShouldContain(scalar => scalar.Step == 41 && scalar.Tag == "train/loss");
            Histories(run.Folder).ShouldContain(history => history["train/global_step"] == "41");
            WandbRecords(run.Folder)[^1].Exit.ExitCode.ShouldBe(0);
        }
        finally
        {
            Execute("umount", "-l", scratch.Path);
        }
    }

    private static List<Dictionary<string, string>> CsvRows(string folder)
    {
        var lines = File.ReadAllText(Path.Combine(folder, "log.csv")).TrimEnd('\n').Split('\n').Select(line => line.Split(',')).ToList();
        return [.. lines.Skip(1).Select(line => lines[0].Zip(line).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    private static List<JsonNode> JsonEvents(string folder) => [.. File.ReadAllLines(Path.Combine(folder, "events.jsonl")).Select(line => JsonNode.Parse(line)!)];

    private static IReadOnlyList<Record> WandbRecords(string folder) =>
        WandbFile.Read(Directory.GetFiles(Path.Combine(folder, "wandb"), "*.wandb", SearchOption.AllDirectories).Single());

    private static List<Dictionary<string, string>> Histories(string folder) =>
    [
        .. WandbRecords(folder).Where(record => record.History is not null)
            .Select(record => record.History.Item.ToDictionary(item => item.NestedKey.Single(), item => item.ValueJson)),
    ];

    private static SummaryValue Value(IEnumerable<(long Step, SummaryValue Value)> values, string tag) => values.Single(each => each.Value.Tag == tag).Value;

    private static HParamsPluginData HParams(IEnumerable<(long Step, SummaryValue Value)> values, string name) =>
        HParamsPluginData.Parser.ParseFrom(Value(values, $"_hparams_/{name}").Metadata.PluginData.Content);

    private static void Cut(string path, int bytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(file.Length - bytes);
    }

    private static bool Execute(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private sealed class FullDisk : ITracker
    {
        public int Tried { get; private set; }

        public string Name => "somewhere";

        public void StepLogged(StepRecord record) => Refuse();

        public void Evaluated(EvaluationRecord record) => Refuse();

        private void Refuse()
        {
            Tried++;
            throw new IOException("No space left on device.");
        }
    }
}
