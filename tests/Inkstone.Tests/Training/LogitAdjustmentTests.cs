using Inkstone.Checkpoints;
using Inkstone.Predicting;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>loss.adjust_at_inference: trained as without, judged and used with the prior taken off.</summary>
public sealed class LogitAdjustmentTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Fit_AdjustAtInference_TrainsAlikeAndTakesThePriorOffEveryLogit()
    {
        var (plain, adjusted) = (new RecordingObserver(), new RecordingObserver());
        TinyRun.Run(scratch.Combine("plain"), plain);
        var result = TinyRun.Run(scratch.Combine("run"), adjusted, "loss.adjust_at_inference=true", "loss.tau=1.5");

        adjusted.Steps.Select(step => step.Loss).ShouldBe(plain.Steps.Select(step => step.Loss));
        var counts = adjusted.Notices.Single(notice => notice.StartsWith("Training rows: ", StringComparison.Ordinal))["Training rows: ".Length..].Split(". ")[0]
            .Split(", ").Select(part => int.Parse(part.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        counts.Sum().ShouldBe(94);
        double[] shift = [.. counts.Select(count => 1.5 * Math.Log(count / 94.0))];
        using var raw = TextClassifier.Load(scratch.Combine("plain", "last"), new() { Device = Device.Cpu });
        using var used = TextClassifier.Load(scratch.Combine("run", "last"), new() { Device = Device.Cpu });
        var (before, after) = (raw.Predict("还可以吧"), used.Predict("还可以吧"));
        foreach (var score in after.Scores)
        {
            score.Logit.ShouldBe(before.Scores.Single(other => other.LabelId == score.LabelId).Logit - shift[score.LabelId], 1e-5);
            after.Chunks[0].Logits[score.LabelId].ShouldBe(score.Logit, 1e-6);
        }

        ClassifierSettings.Read(scratch.Combine("run", "best"))!.LogitAdjustment!.ShouldBe(shift, 1e-12);
        ClassifierSettings.Read(scratch.Combine("plain", "best"))!.LogitAdjustment.ShouldBeNull();
        File.ReadAllText(scratch.Combine("plain", "best", "inkstone.json")).ShouldNotContain("logit_adjustment");
        result.Evaluation!.Metrics.MacroF1.ShouldBe(result.Training.Value, "the best is chosen by adjusted logits, and judged by them");
    }

    [Fact]
    public void Load_AdjustmentOfOtherLabels_IsRefused()
    {
        using (var classifier = TestClassifier.ForTraining())
        {
            classifier.AdjustLogits([0.5, -0.5]);
            classifier.Save(scratch.Combine("model"));
        }

        Should.Throw<InvalidCheckpointException>(() => Classifier.Load(scratch.Combine("model"), Device.Cpu)).Message
            .ShouldContain("logit_adjustment has 2 numbers, but config.json names 3 labels");
    }
}
