using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Losses;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Optim;
using Inkstone.Tracking;
using Inkstone.Training;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>
/// What <c>training.fp16</c> does to steps and runs. There is no GPU in most of these: the products are float32, the scaler is the same, and
/// infinities are put in by hand.
/// </summary>
public sealed class LossScalingTests : IDisposable
{
    private const string Bias = "classifier.bias";

    private readonly TemporaryFolder scratch = new();
    private readonly RecordingObserver observer = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("training.adversarial=none")]
    [InlineData("training.adversarial=fgm")]
    [InlineData("training.adversarial=pgd")]
    [InlineData("training.r_drop=1")]
    public void Run_ScaledLoss_LearnsBitForBitAsWithoutScale(string set)
    {
        var (plain, plainResult) = AfterOneStep(set, scaler: null);
        var (scaled, scaledResult) = AfterOneStep(set, new GradScaler());

        scaledResult.ShouldBe(plainResult);
        scaled.AsSpan().SequenceEqual(plain).ShouldBeTrue();
    }

    [Theory]
    [InlineData("training.adversarial=none")]
    [InlineData("training.adversarial=fgm")]
    [InlineData("training.adversarial=pgd")]
    [InlineData("training.r_drop=1")]
    public void Run_LossThatOverflowsUnderItsScale_ChangesNoBitAndHalvesTheScale(string set)
    {
        var scaler = new GradScaler(scale: 1e300);   // two batches of a step, both of them infinite
        var (weights, result) = AfterOneStep(set, scaler);

        result.IsSkipped.ShouldBeTrue();
        double.IsFinite(result.GradNorm).ShouldBeFalse();
        double.IsFinite(result.Loss).ShouldBeTrue();
        scaler.State.ShouldBe(new GradScalerState(0.5e300, 0, 1));
        using var untouched = TestClassifier.ForTraining(set);
        weights.AsSpan().SequenceEqual(Weights(untouched)).ShouldBeTrue();
    }

    [Fact]
    public void Run_ProductsInFloat16_ComeNearFloat32AndOverflowForRealUnderAScaleTooLarge()
    {
        Assert.SkipUnless(ComputeDevice.Default.IsCuda, "no GPU here, and libtorch has no float16 products on the processor: the overflow of real gradients was not tried");
        var (_, exact) = AfterOneStep("training.adversarial=none", scaler: null);
        var scaler = new GradScaler(scale: Math.Pow(2, 30));

        var results = new List<StepResult>();
        while (results.Count == 0 || results[^1].IsSkipped)
        {
            results.Add(AfterOneStep("training.adversarial=none", scaler, DType.Float16).Result);
        }

        results.Count.ShouldBeInRange(2, 20, $"scale {scaler.Scale}");
        results.ShouldAllBe(result => Math.Abs(result.Loss - exact.Loss) < 1e-2);
        results[^1].GradNorm.ShouldBe(exact.GradNorm, 0.02 * exact.GradNorm);
    }

    [Fact]
    public void Fit_NothingOverflows_IsTheRunWithoutScaleBitForBit()
    {
        var (plain, scaled) = (scratch.Combine("plain"), scratch.Combine("scaled"));
        Fit(plain, new(), fp16: false);

        Fit(scaled, observer, fp16: true);

        ShouldBeEqual(plain, scaled, "last");
        ShouldBeEqual(plain, scaled, "best");
        observer.Notices.ShouldContain("training.fp16: 0 of 24 steps were skipped; the loss scale is 65536.");
    }

    [Fact]
    public void Fit_StepThatOverflows_IsSkippedToldOnceAndMovesTheRunButNotTheSchedule()
    {
        var run = scratch.Combine("run");
        var plain = new RecordingObserver();
        Fit(scratch.Combine("plain"), plain, fp16: false);
        float[]? bias = null;
        float[]? before = null;

        // Step 5 and step 6 see a head that overflows; what it was comes back behind them.
        Fit(run, observer, fp16: true, onStep: (step, classifier) =>
        {
            if (step == 4)
            {
                bias = Read(classifier);
                Poison(classifier, float.PositiveInfinity);
                before = WithoutBias(classifier);
            }
            else if (step == 6)
            {
                WithoutBias(classifier).ShouldBe(before!);
                Write(classifier, bias!);
            }
        });

        observer.Steps.Select(step => step.Step).ShouldBe(Enumerable.Range(1, 24).Select(step => (long)step));
        observer.Steps.Select(step => step.SkippedSteps).ShouldBe([.. Enumerable.Repeat<long?>(0, 4), 1, .. Enumerable.Repeat<long?>(2, 19)]);
        observer.Steps.Select(step => step.LossScale).ShouldBe([.. Enumerable.Repeat<double?>(65536, 4), 32768, .. Enumerable.Repeat<double?>(16384, 19)]);
        var rates = plain.Steps.Select(step => step.LearningRate).ToList();
        observer.Steps.Select(step => step.LearningRate).ShouldBe([.. rates[..4], rates[4], rates[4], .. rates[4..22]], "the schedule waits while steps are skipped");
        observer.Notices.Count(notice => notice.StartsWith("Step 5 was skipped: its gradients overflow in float16 when the loss is multiplied by 65536.", StringComparison.Ordinal)).ShouldBe(1);
        observer.Notices.ShouldNotContain(notice => notice.StartsWith("Step 6", StringComparison.Ordinal));
        observer.Notices.ShouldContain("training.fp16: 2 of 24 steps were skipped; the loss scale is 16384.");
    }

    [Fact]
    public void Fit_ScaleThatShrinksToNothing_StopsAndSaysWhatToDo()
    {
        var failed = Should.Throw<TrainingFailedException>(() => Fit(
            scratch.Combine("run"), observer, fp16: true, "training={num_train_epochs: 4, eval_strategy: no}", onStep: (step, classifier) =>
            {
                if (step == 2)
                {
                    Poison(classifier, float.NaN);
                }
            }));

        failed.Message.ShouldStartWith("Step 32 was skipped, the last of 30 whose gradients are infinite or undefined in float16, and the loss scale has shrunk to 6.1e-05: it is the model's own numbers that overflow. The weights were not changed by these steps. Its rows: ");
        failed.Message.ShouldEndWith("Set training.fp16=false and training.bf16=true, or train in float32 with both false; a lower optimizer.learning_rate may help too.");
        observer.Steps.Count.ShouldBe(31);
    }

    [Fact]
    public void Fit_Resumed_GoesOnWithScaleSkipsAndSchedule()
    {
        var (whole, parts) = (scratch.Combine("whole"), scratch.Combine("parts"));
        var uninterrupted = new RecordingObserver();
        float[]? bias = null;
        Fit(whole, uninterrupted, fp16: true, onStep: OverflowInStep5);
        Should.Throw<OperationCanceledException>(() => Fit(parts, observer, fp16: true, stopAfter: 7, onStep: OverflowInStep5));

        using (var from = TrainingState.Open(Path.Combine(parts, "last")))
        {
            from.Step.ShouldBe(7);
            Fit(parts, observer, fp16: true, from: from);
        }

        ShouldBeEqual(whole, parts, "last");
        observer.Steps.Select(step => (step.Step, step.LearningRate, step.LossScale, step.SkippedSteps))
            .ShouldBe(uninterrupted.Steps.Select(step => (step.Step, step.LearningRate, step.LossScale, step.SkippedSteps)));
        observer.Steps[^1].SkippedSteps.ShouldBe(1);

        void OverflowInStep5(long step, Classifier classifier)
        {
            if (step == 4)
            {
                bias = Read(classifier);
                Poison(classifier, float.NegativeInfinity);
            }
            else if (step == 5)
            {
                Write(classifier, bias!);
            }
        }
    }

    [Fact]
    public void Fit_MovingAverage_DoesNotSeeASkippedStep()
    {
        var averages = new List<float[]>();
        float[]? bias = null;
        Fit(scratch.Combine("run"), observer, fp16: true, "training={ema_decay: 0.9, eval_strategy: steps, eval_steps: 1, early_stopping_patience: null}", (step, classifier) =>
        {
            if (step == 4)
            {
                bias = Read(classifier);
                Poison(classifier, float.NaN);
            }
            else if (step == 5)
            {
                Write(classifier, bias!);
            }
        }, onEvaluated: classifier => averages.Add(Read(classifier)));   // the average stands in the weights' place there

        averages[4].ShouldBe(averages[3]);
        averages[5].ShouldNotBe(averages[4]);
    }

    [Fact]
    public void Run_Float16OnTheProcessor_IsRefusedBeforeAnyWork()
    {
        Assert.SkipWhen(ComputeDevice.Default.IsCuda, "there is a GPU here, so float16 is not refused");
        const string Expected = "training.fp16=true needs a CUDA device, and this run computes on the processor; set training.fp16=false, and training.bf16=true for half the bits (training.bf16=auto where it is faster).";
        string[] settings = ["training.fp16=true", "data.train_file=no-such-file.csv"];

        Should.Throw<RecipeException>(() => TinyRun.Run(scratch.Combine("run"), observer, settings)).Message.ShouldBe(Expected);
        Should.Throw<RecipeException>(() => DryRun.Run(TinyRun.RecipeOf(settings), observer.Notice, TimeProvider.System, TestContext.Current.CancellationToken)).Message.ShouldBe(Expected);
        Should.Throw<RecipeException>(() => TestClassifier.ForTraining("training.fp16=true")).Message.ShouldBe(Expected);

        Directory.Exists(scratch.Combine("run")).ShouldBeFalse();
    }

    [Fact]
    public void Run_Float16OnCuda_LearnsAsFloat32DoesNearly()
    {
        Assert.SkipUnless(ComputeDevice.Default.IsCuda, "no GPU here: a whole run with products in float16 was not tried");
        var float32 = TinyRun.Run(scratch.Combine("float32"), new(), "training.bf16=false");

        var float16 = TinyRun.Run(scratch.Combine("float16"), observer, "training.fp16=true");

        observer.Notices.ShouldContain("Matrix products in float16 with a scaled loss, everything else in float32.");
        observer.Notices.ShouldContain(notice => notice.StartsWith("training.fp16: ", StringComparison.Ordinal));
        float16.Evaluation!.Metrics.Loss!.Value.ShouldBe(float32.Evaluation!.Metrics.Loss!.Value, 0.05);
    }

    private static (float[] Weights, StepResult Result) AfterOneStep(string set, GradScaler? scaler, DType gemm = DType.Float32)
    {
        var recipe = TestRecipe.Of("data.train_file=none.csv", "model.name_or_path=none", set);
        using var classifier = TestClassifier.ForTraining(set);
        var model = classifier.Model;
        model.Context.GemmDType = gemm;
        model.Context.Dropout.Seed = 42;
        model.Context.Dropout.Enabled = true;
        using var loss = new DocumentLoss(new LossOptions(), [1, 1, 1], model.Context.Device);
        using var optimizer = new AdamW(ParameterGroups.Create(model, new OptimizerOptions { LearningRate = 1e-3 }));
        var step = new TrainingStep(model, loss, optimizer, 1, model.Context.Device, recipe.Training, scaler);

        var result = step.Run([Batch(5, 9), Batch(7, 12)]);

        return (Weights(classifier), result);
    }

    private static LabelledBatch Batch(params int[] lengths) =>
        new(new PackedTokens([.. lengths.Select((length, variant) => TestDocuments.OfLength(length, variant))]), [.. lengths.Select((_, index) => index % 3)]);

    private static float[] Weights(Classifier classifier) => [.. classifier.Model.NamedParameters().SelectMany(parameter => parameter.Value.Detach().ToFloats())];

    private static float[] WithoutBias(Classifier classifier) =>
        [.. classifier.Model.NamedParameters().Where(parameter => parameter.Name != Bias).SelectMany(parameter => parameter.Value.Detach().ToFloats())];

    private static void Poison(Classifier classifier, float value) => Write(classifier, Array.ConvertAll(Read(classifier), _ => value));

    private static Tensor BiasOf(Classifier classifier) => classifier.Model.NamedParameters().Single(parameter => parameter.Name == Bias).Value;

    private static float[] Read(Classifier classifier) => BiasOf(classifier).Detach().ToFloats();

    private static void Write(Classifier classifier, float[] values)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        BiasOf(classifier).CopyInPlace(Tensor.From<float>(values, values.Length));
    }

    private static void ShouldBeEqual(string left, string right, string checkpoint) =>
        File.ReadAllBytes(Path.Combine(right, checkpoint, "model.safetensors")).ShouldBe(File.ReadAllBytes(Path.Combine(left, checkpoint, "model.safetensors")));

    /// <summary>The whole loop over the golden rows, in float32 with or without the scaler of float16.</summary>
    private static void Fit(
        string folder, RecordingObserver told, bool fp16, string? set = null, Action<long, Classifier>? onStep = null, int? stopAfter = null,
        TrainingState? from = null, Action<Classifier>? onEvaluated = null)
    {
        var recipe = TinyRun.RecipeOf(["training.bf16=false", .. set is null ? Array.Empty<string>() : [set]]);
        var source = PretrainedFolder.Open(recipe.Model.NameOrPath);
        using var corpus = TrainingCorpus.Read(recipe, source, cacheFolder: null, _ => { }, TimeProvider.System, TestContext.Current.CancellationToken);
        using var classifier = Classifier.ForTraining(source, recipe, corpus.Labels.Names, _ => { });
        using var run = from is null ? RunFolder.At(folder) : RunFolder.ToResume(folder, recipe);
        run.Begin(recipe, RunEnvironment.Describe(recipe, source, corpus.Files, TimeProvider.System), _ => { });
        using var stop = new CancellationTokenSource();
        var between = new RecordingObserver
        {
            OnStep = record =>
            {
                onStep?.Invoke(record.Step, classifier);
                if (record.Step == stopAfter)
                {
                    stop.Cancel();
                }
            },
            OnEvaluated = _ => onEvaluated?.Invoke(classifier),
        };
        var trainer = new Trainer(
            classifier, recipe with { Training = recipe.Training with { Fp16 = fp16 } }, run, new RunObservers(told, between), TimeProvider.System);
        trainer.Fit(corpus.Train, corpus.Validation.Documents, from, stop.Token);
    }
}
