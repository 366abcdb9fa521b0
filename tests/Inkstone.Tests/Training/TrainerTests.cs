using System.Security.Cryptography;
using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;
using Inkstone.Tracking;
using Inkstone.Training;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>When a run evaluates, saves and stops, and what it leaves.</summary>
public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();
    private readonly RecordingObserver observer = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("no", "no", new int[0], new string[0])]
    [InlineData("epoch", "epoch", new[] { 12, 24 }, new[] { "checkpoint-epoch-1", "checkpoint-epoch-2" })]
    [InlineData("steps", "steps", new[] { 7, 14, 21, 24 }, new[] { "checkpoint-10", "checkpoint-20", "checkpoint-24" })]
    [InlineData("steps", "no", new[] { 7, 14, 21, 24 }, new string[0])]
    public void Fit_Strategies_EvaluateAndSaveWhenTheySay(string evaluate, string save, int[] evaluations, string[] checkpoints)
    {
        Run([$"training.eval_strategy={evaluate}", "training.eval_steps=7", $"training.save_strategy={save}", "training.save_steps=10", .. PatienceFor(evaluate)]);

        observer.Evaluations.Select(evaluation => (int)evaluation.Step).ShouldBe(evaluations);
        Folders().ShouldBe([.. checkpoints.Concat(["baseline", "best", "evaluation", "last"]).Order(StringComparer.Ordinal)]);
        foreach (var checkpoint in checkpoints.Concat(["best", "last"]))
        {
            using var whole = Classifier.Load(scratch.Combine("run", checkpoint), Device.Cpu);
        }
    }

    [Fact]
    public void Fit_EpochThatMaxStepsCuts_NamesItsCheckpointByTheStep()
    {
        Run("training.max_steps=15");

        Folders().ShouldBe(["baseline", "best", "checkpoint-15", "checkpoint-epoch-1", "evaluation", "last"]);
    }

    [Fact]
    public void Fit_SaveTotalLimit_KeepsTheNewestBesideBestAndLast()
    {
        Run("training.save_strategy=steps", "training.save_steps=5", "training.save_total_limit=2");

        Folders().ShouldBe(["baseline", "best", "checkpoint-20", "checkpoint-24", "evaluation", "last"]);
    }

    [Theory]
    [InlineData("loss", false)]
    [InlineData("accuracy", true)]
    [InlineData("f1_macro", true)]
    public void Fit_MetricForBestModel_PicksTheBestEvaluationAndNotTheLast(string metric, bool isMoreBetter)
    {
        // At this rate the numbers rise and fall.
        var result = Run($"training.metric_for_best_model={metric}", "training.eval_strategy=steps", "training.eval_steps=4", "training.early_stopping_patience=null",
            "model.pooling=mean", "training.num_train_epochs=4", "scheduler.lr_scheduler_type=constant");

        var values = observer.Evaluations.Select(evaluation => evaluation.Metrics.Named(metric)!.Value).ToList();
        var best = isMoreBetter ? values.Max() : values.Min();
        best.ShouldNotBe(values[^1], "or the test says nothing");
        result.Training.Metric.ShouldBe(metric);
        result.Training.Value.ShouldBe(best);
        result.Evaluation!.Metrics.Named(metric)!.Value.ShouldBe(best, 1e-5);
        WeightsOf("best").ShouldNotBe(WeightsOf("last"));
    }

    [Fact]
    public void Fit_NoLoadBestModelAtEnd_JudgesTheLastWeights()
    {
        var result = Run("training.load_best_model_at_end=false", "training.eval_strategy=steps", "training.eval_steps=4", "training.early_stopping_patience=null",
            "optimizer.learning_rate=5e-3", "training.seed=3", "training.metric_for_best_model=loss");

        result.Evaluation!.Metrics.Loss!.Value.ShouldBe(observer.Evaluations[^1].Metrics.Loss!.Value, 1e-5);
        result.Training.Value.ShouldBe(observer.Evaluations.Min(evaluation => evaluation.Metrics.Loss));
        result.Training.Value.ShouldNotBe(observer.Evaluations[^1].Metrics.Loss, "or the test says nothing");
        observer.Notices.ShouldContain(notice => notice.StartsWith($"Judged are the weights after the last step, {scratch.Combine("run", "last")} ", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_NothingBetterForSoLong_StopsAndLogsEveryStepMade()
    {
        var result = Run("optimizer.learning_rate=0.05", "training.eval_strategy=steps", "training.eval_steps=3", "training.early_stopping_patience=2",
            "training.metric_for_best_model=loss", "training.num_train_epochs=10", "training.logging_steps=5");

        result.Training.Steps.ShouldBeLessThan(120);
        var values = observer.Evaluations.Select(evaluation => evaluation.Metrics.Loss!.Value).ToList();
        var best = values.IndexOf(values.Min());
        best.ShouldBe(values.Count - 3);
        observer.Notices.ShouldContain(notice => notice.StartsWith(FormattableString.Invariant($"Stopped early after step {result.Training.Steps}: loss was not better than "), StringComparison.Ordinal));
        observer.Logged[^1].Step.ShouldBe(result.Training.Steps);
        observer.Logged.Sum(record => record.Loss * StepsBehind(record)).ShouldBe(observer.Steps.Sum(record => record.Loss), 1e-6);

        long StepsBehind(StepRecord record) => record.Step % 5 == 0 ? 5 : record.Step % 5;
    }

    [Fact]
    public void Fit_MaxStepsInMidEpoch_EvaluatesThereAndSaysHowFarItCame()
    {
        var result = Run("training.max_steps=15");

        result.Training.Steps.ShouldBe(15);
        observer.Steps[^1].Epoch.ShouldBe(1.25, 1e-12);
        observer.Steps[^1].TotalSteps.ShouldBe(15);
        observer.Evaluations.Select(evaluation => evaluation.Step).ShouldBe([12, 15]);
    }

    [Fact]
    public void Fit_Accumulation_EqualsOneLargeBatchAlsoWithClassWeights()
    {
        string[] common = ["model.dropout=0", "training.shuffle=false", "training.group_by_length=false", "loss.class_weights=[3, 0.5, 1]", "training.num_train_epochs=1"];
        var (large, small) = (new RecordingObserver(), new RecordingObserver());

        TinyRun.Run(scratch.Combine("large"), large, [.. common, "training.per_device_train_batch_size=20"]);
        TinyRun.Run(scratch.Combine("small"), small, [.. common, "training.per_device_train_batch_size=4", "training.gradient_accumulation_steps=5"]);

        large.Steps.Count.ShouldBe(5);   // 94 rows: the last step has 14
        small.Steps.Select(step => step.Loss).ShouldBe(large.Steps.Select(step => step.Loss), 1e-5);
        small.Steps.Select(step => step.GradNorm).ShouldBe(large.Steps.Select(step => step.GradNorm), 1e-4);
    }

    [Fact]
    public void Fit_BatchWhoseRowsAllWeighNothing_LeavesTheWeightsFinite()
    {
        Run("loss.class_weights=[0, 1, 1]", "training.per_device_train_batch_size=1", "training.max_steps=20");

        observer.Steps.ShouldContain(step => step.Loss == 0);
        observer.Steps.ShouldAllBe(step => double.IsFinite(step.Loss));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_SameSeed_GivesTheSameBytes_AnotherDoesNot(bool bf16)
    {
        Assert.SkipUnless(!bf16 || TorchRuntime.CpuHasBFloat16, "this processor has neither avx512_bf16 nor amx_bf16: training in bfloat16 was not tried");
        var precision = $"training.bf16={(bf16 ? "true" : "false")}";
        Run("training.seed=5", precision);
        TinyRun.Run(scratch.Combine("again"), new(), "training.seed=5", precision);
        TinyRun.Run(scratch.Combine("other"), new(), "training.seed=6", precision);

        HashOf("again", "last").ShouldBe(HashOf("run", "last"));
        HashOf("again", "best").ShouldBe(HashOf("run", "best"));
        HashOf("other", "last").ShouldNotBe(HashOf("run", "last"));
    }

    [Fact]
    public void Fit_Cancelled_LeavesTheWeightsSoFarInLast()
    {
        using var stop = new CancellationTokenSource();
        var stopping = new RecordingObserver { OnStep = step => CancelAt(step.Step == 15) };

        Should.Throw<OperationCanceledException>(() => TinyRun.RunUntil(scratch.Combine("run"), stopping, ["scheduler.lr_scheduler_type=constant"], stop.Token));
        TinyRun.Run(scratch.Combine("shorter"), new(), "training.max_steps=15", "scheduler.lr_scheduler_type=constant");

        HashOf("run", "last").ShouldBe(HashOf("shorter", "last"));

        void CancelAt(bool isTime)
        {
            if (isTime)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void Fit_CancelledInAnEvaluation_LeavesTheWeightsSoFarInLast()
    {
        using var stop = new CancellationTokenSource();
        var stopping = new RecordingObserver { OnEvaluationProgress = stop.Cancel };

        Should.Throw<OperationCanceledException>(() => TinyRun.RunUntil(scratch.Combine("run"), stopping, ["scheduler.lr_scheduler_type=constant", "training.save_strategy=no"], stop.Token));
        TinyRun.Run(scratch.Combine("shorter"), new(), "training.max_steps=12", "scheduler.lr_scheduler_type=constant");

        HashOf("run", "last").ShouldBe(HashOf("shorter", "last"));
        Folders().ShouldBe(["last"]);
    }

    [Fact]
    public void Fit_NumbersRunAway_SaysWhichStepAndWhichRows()
    {
        using (var broken = TestClassifier.ForTraining())
        {
            broken.Model.NamedParameters().Single(parameter => parameter.Name == "classifier.weight").Value.AsSpan<float>().Fill(3e38f);
            broken.Save(scratch.Combine("broken"));
        }

        var error = Should.Throw<TrainingFailedException>(() => Run($"model.name_or_path={scratch.Combine("broken")}", "training.shuffle=false", "training.group_by_length=false"));

        var file = Repo.Golden("e2e", "train.csv");
        error.Message.ShouldBe(
            $"Step 1 gave loss NaN and gradient norm NaN; the weights were not changed by it. Its rows: {string.Join(", ", Enumerable.Range(2, 8).Select(line => FormattableString.Invariant($"{file}:{line}")))}. "
            + "No checkpoint had been saved. Usually optimizer.learning_rate is too high: try a third of it; or set training.bf16=false.");
    }

    [Fact]
    public void Fit_NumbersRunAwayLater_NamesTheLastGoodCheckpoint()
    {
        var recipe = TinyRun.RecipeOf("training.save_strategy=steps", "training.save_steps=4");
        using var classifier = Classifier.ForTraining(PretrainedFolder.Open(recipe.Model.NameOrPath), recipe, TestClassifier.Labels, _ => { });
        var run = RunFolder.At(scratch.Combine("run"));
        var rows = TestDocuments.RowsOfLengths(Enumerable.Repeat(9, 90));
        var observing = new RecordingObserver
        {
            OnStep = step =>
            {
                if (step.Step == 9)
                {
                    classifier.Model.NamedParameters().Single(parameter => parameter.Name == "classifier.weight").Value.AsSpan<float>().Fill(float.NaN);
                }
            },
        };

        var error = Should.Throw<TrainingFailedException>(() => new Trainer(classifier, recipe, run, observing, TimeProvider.System).Fit(rows, EncodedRows.None, null, TestContext.Current.CancellationToken));

        error.Message.ShouldStartWith("Step 10 gave loss NaN");
        error.Message.ShouldContain($"The last good checkpoint is {scratch.Combine("run", "checkpoint-8")}. ");
    }

    [Fact]
    public void Fit_ClassWithoutATrainingRowUnderBalanced_IsRefusedBeforeTheFirstStep()
    {
        Should.Throw<RecipeException>(() => Run("loss.class_weights=balanced", "data.label_names=[negative, neutral, positive, mixed]")).Message
            .ShouldContain("loss.class_weights=balanced needs a training row of each class, but there is none of mixed");

        observer.Steps.ShouldBeEmpty();
    }

    /// <summary>More rows than there are in a batch, more batches than there are in a step: one step an epoch, of what there is.</summary>
    [Theory]
    [InlineData("training.per_device_train_batch_size=1000")]
    [InlineData("training.gradient_accumulation_steps=1000")]
    public void Fit_MoreThanTheEpochHas_MakesOneStepOfAllRows(string set)
    {
        var result = Run(set);

        result.Training.Steps.ShouldBe(2);
        observer.Steps.Select(step => step.Epoch).ShouldBe([1.0, 2.0]);
    }

    [Fact]
    public void Fit_FreezeLayers_LeavesEmbeddingsAndLowestLayersAsTheyWere()
    {
        Run("model.freeze_layers=2", "training.max_steps=3");

        using var before = SafetensorsReader.Open(Repo.Golden("models", "bert", "model.safetensors"));
        using var after = SafetensorsReader.Open(scratch.Combine("run", "last", "model.safetensors"));
        foreach (var name in before.Keys)
        {
            var isFrozen = name.Contains("embeddings", StringComparison.Ordinal) || name.Contains("layer.0.", StringComparison.Ordinal) || name.Contains("layer.1.", StringComparison.Ordinal);
            TensorShould.Floats(after[name]).SequenceEqual(TensorShould.Floats(before[name])).ShouldBe(isFrozen, name);
        }
    }

    [Fact]
    public void Fit_BFloat16_LearnsAsFloat32DoesNearly()
    {
        Assert.SkipUnless(TorchRuntime.CpuHasBFloat16, "this processor has neither avx512_bf16 nor amx_bf16: training in bfloat16 was not tried");
        string[] common = ["training.gradient_accumulation_steps=2", "training.num_train_epochs=6", "training.early_stopping_patience=null", "model.dropout=0"];
        var exact = new RecordingObserver();
        TinyRun.Run(scratch.Combine("float32"), exact, [.. common, "training.bf16=false"]);

        Run([.. common, "training.bf16=true"]);

        observer.Notices.ShouldContain("Matrix products in bfloat16, everything else in float32.");
        observer.Steps.TakeLast(6).Average(step => step.Loss).ShouldBeLessThan(0.8 * observer.Steps.Take(6).Average(step => step.Loss));
        var distances = observer.Steps.Zip(exact.Steps, (left, right) => Math.Abs(left.Loss - right.Loss)).ToList();
        distances.Max().ShouldBeInRange(1e-6, 0.1);
    }

    private FineTuneResult Run(params string[] overrides) => TinyRun.Run(scratch.Combine("run"), observer, overrides);

    private static string[] PatienceFor(string evaluate) => evaluate == "no"
        ? ["training.early_stopping_patience=null", "training.load_best_model_at_end=false"]
        : ["training.early_stopping_patience=null"];

    private string[] Folders() => [.. Directory.GetDirectories(scratch.Combine("run")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    private byte[] WeightsOf(string checkpoint) => File.ReadAllBytes(scratch.Combine("run", checkpoint, "model.safetensors"));

    private string HashOf(string run, string checkpoint) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(scratch.Combine(run, checkpoint, "model.safetensors"))));
}
