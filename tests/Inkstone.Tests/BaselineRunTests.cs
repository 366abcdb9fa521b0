using System.Text.Json.Nodes;
using Inkstone.Baselines;
using Inkstone.Checkpoints;
using Inkstone.Comparing;
using Inkstone.Evaluating;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

public sealed class BaselineRunTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Train_ByDefault_LeavesABaselineBesideTheEncoder()
    {
        var result = TinyRun.Run(scratch.Combine("run"), new RecordingObserver());

        LinearClassifier.Load(scratch.Combine("run", "baseline")).LabelNames.ShouldBe(result.Evaluation!.Metrics.Labels);
        result.Baseline!.Evaluation.Rows.Select(row => row.Row.Text).ShouldBe(result.Evaluation.Rows.Select(row => row.Row.Text));
        var file = JsonNode.Parse(File.ReadAllText(scratch.Combine("run", "evaluation", "baseline.json")))!;
        file["baseline"]!["f1_macro"]!.GetValue<double>().ShouldBe(result.Baseline.Evaluation.Metrics.MacroF1!.Value);
        file["difference"]!["f1_macro"]!.GetValue<double>().ShouldBe(result.Evaluation.Metrics.MacroF1!.Value - result.Baseline.Evaluation.Metrics.MacroF1!.Value, 1e-12);
        file["sentence"]!.GetValue<string>().ShouldContain("The encoder is ");

        // The same as `inkstone compare run/baseline run` says.
        var compared = RunComparison.Of([RunPredictions.Read(scratch.Combine("run", "baseline")), RunPredictions.Read(scratch.Combine("run"))]);
        compared.AgainstFirst[0].ShouldBe(result.Baseline.Comparison);
    }

    [Fact]
    public void Train_ByDefault_KeepsATemperatureAndWhichTextsWereTrainedOn()
    {
        var result = TinyRun.Run(scratch.Combine("run"), new RecordingObserver());
        var rows = result.Evaluation!.Rows.Count;

        var temperature = Temperature.Read(scratch.Combine("run", "best"))!;
        (temperature.FittedOn, temperature.Rows).ShouldBe(("validation", rows - result.Evaluation.Metrics.Seen!.Samples));
        temperature.LossAfter.ShouldBeLessThanOrEqualTo(temperature.LossBefore);
        result.Evaluation.Temperature.ShouldBe(temperature);
        new FileInfo(scratch.Combine("run", "train-texts.xxh128")).Length.ShouldBe(16 * 94);
        Should.NotThrow(() => Classifier.Load(scratch.Combine("run"), Torch.Device.Cpu).Dispose());
    }

    [Fact]
    public void Train_BaselineSwitchedOff_LeavesNone()
    {
        var result = TinyRun.Run(scratch.Combine("run"), new RecordingObserver(), "evaluation.baseline=false");

        result.Baseline.ShouldBeNull();
        Directory.Exists(scratch.Combine("run", "baseline")).ShouldBeFalse();
        File.Exists(scratch.Combine("run", "evaluation", "baseline.json")).ShouldBeFalse();
    }

    [Fact]
    public void Run_ByItself_SaysWhatTheOneBesideAnEncoderSays()
    {
        var beside = TinyRun.Run(scratch.Combine("run"), new RecordingObserver()).Baseline!;

        var alone = BaselineRun.Run(TinyRun.RecipeOf(), scratch.Combine("alone"), _ => { }, TimeProvider.System, TestContext.Current.CancellationToken);

        alone.Evaluation!.Rows.Select(row => row.Logits).ShouldBe(beside.Evaluation.Rows.Select(row => row.Logits));
        alone.TrainRows.ShouldBe(94);
        Should.Throw<RunFolderTakenException>(() => BaselineRun.Run(TinyRun.RecipeOf(), scratch.Combine("alone"), _ => { }, TimeProvider.System, TestContext.Current.CancellationToken));
    }
}
