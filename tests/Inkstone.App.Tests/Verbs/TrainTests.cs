using System.Globalization;
using System.Text.Json.Nodes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

public sealed class TrainTests : IDisposable
{
    private static readonly string[] LogColumns =
        ["step", "epoch", "split", "loss", "grad_norm", "learning_rate", "accuracy", "f1_macro", "samples_per_second", "tokens_per_second", "seconds"];

    private static readonly string[] EvaluationFiles =
    [
        "ambiguous.csv", "calibration.json", "confusion-by-predicted.csv", "confusion-by-true.csv", "confusion-pairs.csv", "confusion-samples.csv", "confusion.csv", "curves.json",
        "errors.csv", "marks.csv", "metrics.json", "predictions.csv", "slices.csv", "suspects.csv",
    ];
    private static readonly string[] CheckpointFiles =
        ["config.json", "inkstone.json", "model.safetensors", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"];

    private static readonly string[] StateFiles = ["checksums.sha256", "training_state.json", "training_state.safetensors"];

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Train_RecipeWithOverrides_LeavesARunThatEveryVerbReads()
    {
        var recipe = scratch.Write("tiny.yaml", Golden.Recipe);
        var run = scratch.Of("run");

        var train = CliRun.Of(["train", recipe, "--output-dir", run, "--seed", "7", "--set", "optimizer.learning_rate=1e-03", "training.save_total_limit=1"], environment: ("LANG", "de_DE.UTF-8")).ShouldExit(0);

        var steps = (94 + 15) / 16;
        ShouldEndWithItsResult(train, run, steps);
        ShouldHoldWhatARunHolds(run);
        ShouldLogEveryStep(run, steps);
        File.ReadAllText(Path.Combine(run, "recipe.yaml")).ShouldContain("learning_rate: 0.001");
        File.ReadAllText(Path.Combine(run, "recipe.yaml")).ShouldContain("seed: 7");

        TestVerb_JudgesTheRunAsTheRunDid(run);
        PredictVerb_GivesWhatTheEvaluationSaw(run);
    }

    [Fact]
    public void Train_Where_LearnsFromTheRowsThatMeetIt()
    {
        var run = scratch.Of("run");

        var train = CliRun.Of("train", scratch.Write("tiny.yaml", Golden.Recipe), "--output-dir", run, "--where", "label <> 'neutral' AND text <> 'a: b'").ShouldExit(0);

        File.ReadAllText(Path.Combine(run, "recipe.yaml")).ShouldContain("label <> 'neutral' AND text <> 'a: b'");
        train.LastLine["steps"]!.GetValue<int>().ShouldBe((75 + 15) / 16);
    }

    [Fact]
    public void Train_FolderThatIsTaken_TouchesNothing()
    {
        var taken = Directory.CreateDirectory(scratch.Of("run")).FullName;
        File.WriteAllText(Path.Combine(taken, "thesis.txt"), "mine");

        CliRun.Of("train", scratch.Write("tiny.yaml", Golden.Recipe), "--output-dir", taken)
            .ShouldBeRefused("run exists and is not empty; nothing in it was touched. Choose another --output-dir, or move it away.");

        Directory.GetFileSystemEntries(taken).ShouldBe([Path.Combine(taken, "thesis.txt")]);
    }

    [Fact]
    public void Train_TextOfTenMegabytes_TrainsAndPredicts()
    {
        var text = string.Concat(Enumerable.Repeat("这个电影太好看了", 10 * 1024 * 1024 / 24));
        var data = scratch.Write("big.csv", $"text,label\n{text},positive\n坏,negative\n");
        var run = scratch.Of("run");

        CliRun.Of("train", scratch.Write("tiny.yaml", Golden.Recipe), "--train-file", data, "--set", "data.validation_file=null", "--output-dir", run).ShouldExit(0);
        CliRun.Of("predict", "--model", run, "--input", data, "--output", scratch.Of("y.jsonl")).ShouldExit(0);

        var rows = Golden.JsonLines(scratch.Of("y.jsonl"));
        rows[0]["text"]!.GetValue<string>().ShouldBe(text);
        rows[0]["truncated"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Train_SplitOfItsOwn_HoldsRowsBackAndSaysSo()
    {
        var run = CliRun.Of("train", scratch.Write("tiny.yaml", Golden.Recipe), "--set", "data.validation_file=null", "data.validation_split=0.2", "training.max_steps=1", "--output-dir", scratch.Of("run")).ShouldExit(0);

        run.Stderr.ShouldContain("rows held back for validation");
        run.Stderr.Split('\n').ShouldContain(line => line.StartsWith("epoch ", StringComparison.Ordinal) && line.Contains("validation: loss"));
    }

    [Fact]
    public void Train_Quiet_LeavesStandardErrorEmpty()
    {
        var run = CliRun.Of("train", scratch.Write("tiny.yaml", Golden.Recipe), "--set", "training.max_steps=1", "--output-dir", scratch.Of("run"), "--quiet").ShouldExit(0);

        run.Stderr.ShouldBeEmpty();
        run.LastLine["steps"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public void Train_DryRun_SaysWhatARunWouldTakeAndWritesNothing()
    {
        var run = CliRun.Of("train", scratch.Write("tiny.yaml", Golden.Recipe), "--output-dir", scratch.Of("run"), "--dry-run").ShouldExit(0);

        Directory.Exists(scratch.Of("run")).ShouldBeFalse();
        var result = run.LastLine;
        result["steps"]!.GetValue<int>().ShouldBe((94 + 15) / 16);
        result["expected_seconds"]!.GetValue<double>().ShouldBeGreaterThan(0);
        result["peak_memory_mib"]!.GetValue<double>().ShouldBeGreaterThan(1);
        result["disk_mib"]!.GetValue<double>().ShouldBeGreaterThan(0);
        run.Stdout.ShouldContain("Expected time: 0:0");
        run.Stdout.ShouldContain("Nothing was written.");
    }

    [Fact]
    public void Train_Seeds_LeavesARunForEachAndTheirMean()
    {
        var folder = scratch.Of("run");

        var train = CliRun.Of("train", scratch.Write("tiny.yaml", Golden.Recipe), "--output-dir", folder, "--seeds", "3", "5", "--set", "training.max_steps=2").ShouldExit(0);

        Names(folder).ShouldBe(["recipe.yaml", "runs.json", "seed-3", "seed-5", "summary.json"]);
        double[] accuracies = [.. new[] { 3, 5 }.Select(seed => Metrics(Path.Combine(folder, $"seed-{seed}", "evaluation"))["accuracy"]!.GetValue<double>())];
        var accuracy = train.LastLine["metrics"]!["accuracy"]!;
        accuracy["mean"]!.GetValue<double>().ShouldBe(accuracies.Average(), 1e-12);
        accuracy["sd"]!.GetValue<double>().ShouldBe(Math.Abs(accuracies[0] - accuracies[1]) / Math.Sqrt(2), 1e-12);
        train.Stdout.ShouldContain("mean ± sd");
        File.ReadAllText(Path.Combine(folder, "seed-5", "recipe.yaml")).ShouldContain("seed: 5");
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")))!["seeds"]!.ToJsonString().ShouldBe("[3,5]");
    }

    [Fact]
    public void Train_CompareLongText_LeavesARunForEachWayAndATableWithPairedErrors()
    {
        var folder = scratch.Of("run");

        var train = CliRun.Of(
            "train", scratch.Write("tiny.yaml", Golden.Recipe), "--train-file", Repo.Golden("e2e", "documents.csv"), "--validation-file", Repo.Golden("e2e", "documents-validation.csv"),
            "--output-dir", folder, "--compare", "long_text", "--set", "tokenizer.stride=8", "training.max_steps=3").ShouldExit(0);

        Names(folder).ShouldBe(["chunk", "head", "head+tail", "recipe.yaml", "runs.json", "summary.json", "tail"]);
        var variants = train.LastLine["variants"]!.AsArray();
        variants.Select(variant => variant!["name"]!.GetValue<string>()).ShouldBe(["head", "tail", "head+tail", "chunk"]);
        foreach (var variant in variants)
        {
            var name = variant!["name"]!.GetValue<string>();
            var metrics = Metrics(Path.Combine(folder, name, "evaluation"));
            variant["accuracy"]!["value"]!.GetValue<double>().ShouldBe(metrics["accuracy"]!.GetValue<double>(), 1e-12);
            variant["f1_macro"]!["value"]!.GetValue<double>().ShouldBe(metrics["f1_macro"]!.GetValue<double>(), 1e-12);
            (variant["to_chunk"] is null).ShouldBe(name == "chunk");
            File.ReadAllText(Path.Combine(folder, name, "recipe.yaml")).ShouldContain(name == "chunk" ? "long_text: chunk" : "max_length: 32");
        }

        variants[0]!["to_chunk"]!["accuracy"]!["value"]!.GetValue<double>().ShouldBe(
            variants[3]!["accuracy"]!["value"]!.GetValue<double>() - variants[0]!["accuracy"]!["value"]!.GetValue<double>(), 1e-12);
        variants[3]!["tokens_per_text"]!.GetValue<double>().ShouldBeGreaterThan(variants[0]!["tokens_per_text"]!.GetValue<double>());
        train.Stdout.ShouldContain("chunk − this");
        train.Stdout.ShouldContain("±");
        File.Exists(Path.Combine(folder, "summary.json")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("--compare", "encoders")]
    [InlineData("--compare", "long_text", "--seeds", "1", "2")]
    [InlineData("--compare", "long_text", "--dry-run")]
    public void Train_CompareThatCannotBe_IsRefused(params string[] options) =>
        CliRun.Of(["train", scratch.Write("tiny.yaml", Golden.Recipe), "--output-dir", scratch.Of("run"), .. options])
            .ShouldBeRefused("--compare takes long_text, and goes with none of --seeds, --folds, --resume and --dry-run.");

    [Theory]
    [InlineData("give --seed for one run or --seeds for several, not both.", "--seed", "1", "--seeds", "2", "3")]
    [InlineData("--seeds must be different whole numbers of at least 0, such as 1 2 3, but has '2' twice.", "--seeds", "2,2")]
    [InlineData("--seeds must be different whole numbers of at least 0, such as 1 2 3, but has '-1'.", "--seeds", "-1")]
    [InlineData("--seeds must be different whole numbers of at least 0, such as 1 2 3, but has 'sentiment'.", "--seeds", "1", "sentiment")]
    [InlineData("--folds must be at least 2, but is 1; 5 is usual.", "--folds", "1")]
    [InlineData("give --seeds or --folds, not both", "--folds", "3", "--seeds", "1", "2")]
    [InlineData("--dry-run says what a new run would take; leave --resume out", "--dry-run", "--resume", "nowhere")]
    public void Train_UselessSeedsOrFolds_AreRefused(string message, params string[] options) =>
        CliRun.Of(["train", scratch.Write("tiny.yaml", Golden.Recipe), .. options]).ShouldBeRefused(message);

    [Fact]
    public void Train_Folds_JudgesEveryTrainingRowOnceByARunThatDidNotLearnIt()
    {
        var folder = scratch.Of("run");

        var train = CliRun.Of("train", scratch.Write("tiny.yaml", Golden.Recipe), "--output-dir", folder, "--folds", "3", "--set", "training.max_steps=1").ShouldExit(0);

        train.Stderr.ShouldContain("Each fold also chose its run's checkpoint (training.load_best_model_at_end)");
        Names(folder).ShouldBe(["fold-1", "fold-2", "fold-3", "out-of-fold", "recipe.yaml", "runs.json", "summary.json"]);
        Names(Path.Combine(folder, "out-of-fold")).ShouldBe(EvaluationFiles);
        train.LastLine["samples"]!.GetValue<int>().ShouldBe(94);
        CliRun.Of("data", "convert", Path.Combine(folder, "out-of-fold", "predictions.csv"), "--output", scratch.Of("oof.jsonl")).ShouldExit(0);
        var texts = Golden.JsonLines(scratch.Of("oof.jsonl")).Select(row => row["text"]!.GetValue<string>()).ToArray();
        texts.Length.ShouldBe(94);
        var parts = Enumerable.Range(1, 3).Select(fold => Metrics(Path.Combine(folder, $"fold-{fold}", "evaluation"))).ToArray();
        parts.Sum(part => part["samples"]!.GetValue<int>()).ShouldBe(94);
        train.LastLine["metrics"]!["accuracy"]!["mean"]!.GetValue<double>().ShouldBe(parts.Average(part => part["accuracy"]!.GetValue<double>()), 1e-12);
        train.LastLine["out_of_fold"]!["accuracy"]!.GetValue<double>().ShouldBe(
            parts.Sum(part => part["accuracy"]!.GetValue<double>() * part["samples"]!.GetValue<int>()) / 94, 1e-9);

        // Ensemble over the folds: test takes them after one --model, predict after one each.
        CliRun.Of("test", "--model", Path.Combine(folder, "fold-1"), Path.Combine(folder, "fold-2"), "--data", Golden.ValidationCsv).ShouldExit(0).Stdout.ShouldContain("45 rows");
        CliRun.Of("predict", "--model", Path.Combine(folder, "fold-1"), "--model", Path.Combine(folder, "fold-2"), "好看").ShouldExit(0).Lines.Length.ShouldBe(3);
    }

    private static void ShouldEndWithItsResult(CliRun train, string run, int steps)
    {
        var result = train.LastLine;
        result.Select(pair => pair.Key).ShouldBe(["run", "best", "metric", "value", "steps", "seconds", "samples_per_second", "tokens_per_second", "peak_memory_mib"]);
        result["run"]!.GetValue<string>().ShouldBe(run);
        result["best"]!.GetValue<string>().ShouldBe(Path.Combine(run, "best"));
        result["metric"]!.GetValue<string>().ShouldBe("f1_macro");
        result["steps"]!.GetValue<int>().ShouldBe(steps);
        train.Stdout.ShouldNotContain("\u001b");
        train.Stderr.ShouldNotContain("\u001b");
        train.Stderr.ShouldNotContain("\r");
    }

    private static void ShouldHoldWhatARunHolds(string run)
    {
        Names(run).ShouldBe(["README.md", "baseline", "best", "checkpoint-epoch-1", "environment.json", "evaluation", "events.jsonl", "last", "log.csv", "recipe.yaml", "report.html", "tensorboard", "train-texts.xxh128"]);
        Names(Path.Combine(run, "evaluation")).Except(["baseline.json"]).ShouldBe(EvaluationFiles);
        Names(Path.Combine(run, "baseline")).ShouldBe(["baseline.json", "baseline.safetensors", "evaluation"]);
        foreach (var checkpoint in new[] { "best", "last", "checkpoint-epoch-1" })
        {
            Names(Path.Combine(run, checkpoint)).Except([.. StateFiles, "temperature.json"]).ShouldBe(checkpoint == "best" ? ["README.md", .. CheckpointFiles] : CheckpointFiles);
        }

        Names(Path.Combine(run, "best")).Intersect(StateFiles).ShouldBe(["checksums.sha256"]);
        Names(Path.Combine(run, "last")).Intersect(StateFiles).ShouldBe(["checksums.sha256", "training_state.json"]);
        Names(Path.Combine(run, "checkpoint-epoch-1")).Intersect(StateFiles).ShouldBe(StateFiles);
        JsonNode.Parse(File.ReadAllText(Path.Combine(run, "environment.json"))).ShouldNotBeNull();
        JsonNode.Parse(File.ReadAllText(Path.Combine(run, "best", "config.json")))!["id2label"]!.ToJsonString().ShouldBe("{\"0\":\"negative\",\"1\":\"neutral\",\"2\":\"positive\"}");
    }

    private static void ShouldLogEveryStep(string run, int steps)
    {
        var log = File.ReadAllLines(Path.Combine(run, "log.csv"));
        log[0].Split(',').ShouldBe(LogColumns);
        var rows = log.Skip(1).Select(line => LogColumns.Zip(line.Split(',')).ToDictionary(cell => cell.First, cell => cell.Second)).ToArray();
        rows.Count(row => row["split"] == "train").ShouldBe(steps);
        rows.Count(row => row["split"] == "validation").ShouldBe(1);
        rows.Where(row => row["split"] == "train").Select(row => row["step"]).ShouldBe(Enumerable.Range(1, steps).Select(step => step.ToString(CultureInfo.InvariantCulture)));
        foreach (var row in rows)
        {
            row.Count.ShouldBe(LogColumns.Length);
            double.Parse(row["loss"], CultureInfo.InvariantCulture).ShouldBeInRange(0.1, 10);
            double.Parse(row["tokens_per_second"], CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        }
    }

    private void TestVerb_JudgesTheRunAsTheRunDid(string run)
    {
        var judged = scratch.Of("judged");

        CliRun.Of("test", "--model", run, "--data", Golden.ValidationCsv, "--output-dir", judged).ShouldExit(0);

        Names(judged).ShouldBe(EvaluationFiles);
        var own = Metrics(Path.Combine(run, "evaluation"));
        var again = Metrics(judged);
        again["samples"]!.GetValue<int>().ShouldBe(45);
        again["seen"]!["samples"]!.ToJsonString().ShouldBe(own["seen"]!["samples"]!.ToJsonString());
        CliRun.Of("test", "--model", Path.Combine(run, "best"), "--data", Golden.TrainCsv).ShouldExit(0).Stdout.ShouldContain("unseen: no rows");
        again["confusion"]!.ToJsonString().ShouldBe(own["confusion"]!.ToJsonString());
        foreach (var key in new[] { "loss", "accuracy", "precision_macro", "recall_macro", "f1_macro", "f1_micro", "f1_weighted" })
        {
            again[key]!.GetValue<double>().ShouldBe(own[key]!.GetValue<double>(), 1e-5, key);
        }

        var logged = File.ReadAllLines(Path.Combine(run, "log.csv"))[^1].Split(',');
        again["accuracy"]!.GetValue<double>().ShouldBe(double.Parse(logged[6], CultureInfo.InvariantCulture), 1e-9);
        again["f1_macro"]!.GetValue<double>().ShouldBe(double.Parse(logged[7], CultureInfo.InvariantCulture), 1e-9);
    }

    private void PredictVerb_GivesWhatTheEvaluationSaw(string run)
    {
        CliRun.Of("predict", "--model", run, "--input", Golden.ValidationCsv, "--output", scratch.Of("y.jsonl")).ShouldExit(0);
        CliRun.Of("data", "convert", Golden.ValidationCsv, "--output", scratch.Of("truth.jsonl")).ShouldExit(0);
        var labelled = Golden.JsonLines(scratch.Of("y.jsonl")).Zip(Golden.JsonLines(scratch.Of("truth.jsonl")), (predicted, truth) =>
        {
            predicted["label"] = truth["label"]!.DeepClone();
            return predicted;
        });
        var file = scratch.Write("labelled.jsonl", Golden.ToJsonLines(labelled));

        CliRun.Of("test", "--predictions", file, "--output-dir", scratch.Of("from-file")).ShouldExit(0);

        Names(scratch.Of("from-file")).ShouldBe(EvaluationFiles);
        var (fromFile, own) = (Metrics(scratch.Of("from-file")), Metrics(scratch.Of("judged")));
        fromFile["confusion"]!.ToJsonString().ShouldBe(own["confusion"]!.ToJsonString());
        fromFile["loss"]!.GetValue<double>().ShouldBe(own["loss"]!.GetValue<double>(), 1e-6);
    }

    private static JsonNode Metrics(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "metrics.json")))!;

    private static string[] Names(string folder) => [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
}
