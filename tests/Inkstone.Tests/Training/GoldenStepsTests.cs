using System.Globalization;
using System.Text.Json;
using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Losses;
using Inkstone.Recipes;
using Inkstone.Schedules;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Optim;
using Inkstone.Torch.Serialization;
using Inkstone.Training;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>The usual loop in torch, step by step: five losses, six schedules, accumulation, layer-wise decay.</summary>
public sealed class GoldenStepsTests
{
    private sealed record GoldenStep(double Loss, double GradNorm, double LearningRateMax, double LearningRateMin);

    private sealed record GoldenSteps(
        string Loss, string Scheduler, int Accumulate, double Llrd, double LearningRate, double WeightDecay, int WarmupSteps, double MaxGradNorm,
        Dictionary<string, double>? SchedulerKwargs, double[] Prior, double[] Weight, double Gamma, GoldenStep[] Steps, float[] FinalClassifierWeight, double FinalWordEmbeddingSum);

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly GoldenSteps[] Runs = JsonSerializer.Deserialize<GoldenSteps[]>(File.ReadAllText(Repo.Golden("training", "runs.json")), Json)!;

    public static TheoryData<string> Names => [.. Runs.Select(NameOf)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_GoldenBatches_FollowsTheReferenceStepByStep(string name)
    {
        var golden = Runs.Single(run => NameOf(run) == name);
        var recipe = RecipeOf(golden);
        var batches = Batches();
        using var classifier = Classifier.ForTraining(PretrainedFolder.Open(recipe.Model.NameOrPath), recipe, TestClassifier.Labels, _ => { });
        using var loss = new DocumentLoss(recipe.Loss, [.. golden.Prior.Select(prior => (int)(prior * 400))], Device.Cpu);
        using var optimizer = new AdamW(ParameterGroups.Create(classifier.Model, recipe.Optimizer));
        var schedule = new LearningRateSchedule(recipe.Scheduler, recipe.Optimizer.LearningRate, golden.Steps.Length);
        var step = new TrainingStep(classifier.Model, loss, optimizer, golden.MaxGradNorm, Device.Cpu);
        classifier.Model.Context.Dropout.Enabled = true;

        for (var index = 0; index < golden.Steps.Length; index++)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"step {index}");
            optimizer.ScaleLearningRates(schedule.Factor(index));
            var result = step.Run(batches[(index * golden.Accumulate)..((index + 1) * golden.Accumulate)]);

            ShouldBeWithin(1e-5, result.Loss, golden.Steps[index].Loss, $"loss, {where}");
            ShouldBeWithin(1e-4, result.GradNorm, golden.Steps[index].GradNorm, $"gradient norm, {where}");
            ShouldBeWithin(1e-12, optimizer.Groups.Max(group => group.LearningRate), golden.Steps[index].LearningRateMax, $"highest rate, {where}");
            ShouldBeWithin(1e-12, optimizer.Groups.Min(group => group.LearningRate), golden.Steps[index].LearningRateMin, $"lowest rate, {where}");
        }

        var parameters = classifier.Model.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Value);
        TensorShould.BeClose(parameters["classifier.weight"].ToFloats(), golden.FinalClassifierWeight, "classifier.weight at the end", 1e-5);
        parameters["bert.embeddings.word_embeddings.weight"].ToFloats().Sum(value => (double)value).ShouldBe(golden.FinalWordEmbeddingSum, 1e-2);
    }

    private static string NameOf(GoldenSteps run) => string.Create(CultureInfo.InvariantCulture, $"{run.Loss}, {run.Scheduler}, accumulate {run.Accumulate}, llrd {run.Llrd}");

    private static Recipe RecipeOf(GoldenSteps golden) => TestRecipe.Of(
    [
        $"model.name_or_path={Repo.Golden("models", "bert")}", "data.train_file=none.csv", "model.dropout=0",
        $"scheduler.lr_scheduler_type={golden.Scheduler}",
        .. LossOf(golden),
        .. golden.SchedulerKwargs?.Select(pair => Invariant($"scheduler.{pair.Key}={pair.Value}")) ?? [],
        Invariant($"scheduler.warmup_steps={golden.WarmupSteps}"),
        Invariant($"optimizer.learning_rate={golden.LearningRate}"),
        Invariant($"optimizer.weight_decay={golden.WeightDecay}"),
        Invariant($"optimizer.layer_wise_lr_decay={golden.Llrd}"),
    ]);

    private static string[] LossOf(GoldenSteps golden) => golden.Loss switch
    {
        "label_smoothing" => ["loss.label_smoothing=0.1"],
        "class_weighted" => [$"loss.class_weights=[{string.Join(", ", golden.Weight.Select(weight => Invariant($"{weight:R}")))}]"],
        "focal" => ["loss.name=focal", Invariant($"loss.gamma={golden.Gamma}")],
        _ => [$"loss.name={golden.Loss}"],
    };

    private static LabelledBatch[] Batches()
    {
        using var file = SafetensorsReader.Open(Repo.Golden("training", "batches.safetensors"));
        return
        [
            .. Enumerable.Range(0, 24).Select(batch =>
            {
                var labels = TensorShould.Longs(file[Invariant($"labels.{batch}")]);
                var documents = TestDocuments.OfPadded(file[Invariant($"input_ids.{batch}")], file[Invariant($"attention_mask.{batch}")]);
                return LabelledBatch.Of([.. documents.Select((document, row) => (document, (int)labels[row]))]);
            }),
        ];
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static void ShouldBeWithin(double relative, double actual, double expected, string what) =>
        actual.ShouldBe(expected, (relative * Math.Abs(expected)) + 1e-18, what);
}
