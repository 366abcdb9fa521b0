using Inkstone.Checkpoints;
using Inkstone.Models;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;
using Inkstone.Training;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

public sealed class MovingAverageTests : IDisposable
{
    private const string Head = "classifier.weight";

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Update_FollowsTheWeightsByTheDecay_FasterAtFirst()
    {
        using var classifier = TestClassifier.ForTraining();
        using var average = new MovingAverage(classifier.Model, 0.3);
        var weight = HeadOf(classifier.Model);
        var expected = weight.ToFloats().Select(value => (double)value).ToArray();

        for (var step = 1; step <= 4; step++)
        {
            weight.AsSpan<float>().Fill(step);
            average.Update(step);
            var keeps = Math.Min(0.3, (1.0 + step) / (10 + step));   // 2/11, 3/12, 0.3 of 4/13, 0.3
            expected = [.. expected.Select(value => (keeps * value) + ((1 - keeps) * step))];
        }

        TensorShould.BeClose(ShadowOf(average).ToFloats(), [.. expected.Select(value => (float)value)], Head, 1e-5);
        weight.ToFloats().ShouldAllBe(value => value == 4);
    }

    [Fact]
    public void InPlaceOfWeights_WhileItLasts_TheModelHasTheAverage_ThenItsOwnBits()
    {
        using var classifier = TestClassifier.ForTraining();
        using var average = new MovingAverage(classifier.Model, 0.9);
        var shadow = ShadowOf(average).ToFloats();
        var weight = HeadOf(classifier.Model);
        weight.AsSpan<float>().Fill(7);

        using (average.InPlaceOfWeights())
        {
            weight.ToFloats().ShouldBe(shadow);
        }

        weight.ToFloats().ShouldAllBe(value => value == 7);
        ShadowOf(average).ToFloats().ShouldBe(shadow);
    }

    [Fact]
    public void Keep_WhatAnotherRemembered_GoesOnFromThere()
    {
        using var classifier = TestClassifier.ForTraining();
        using var kept = new MovingAverage(classifier.Model, 0.9);
        ShadowOf(kept).AsSpan<float>().Fill(5);
        using var resumed = new MovingAverage(classifier.Model, 0.9);

        var written = TrainingState.New(step: 1, evaluationPending: false);
        kept.Keep(written);
        written.Write(scratch.Path, withTensors: true);
        using var read = TrainingState.Open(scratch.Path);
        resumed.Keep(read);

        ShadowOf(resumed).ToFloats().ShouldAllBe(value => value == 5);
    }

    [Fact]
    public void FrozenParameters_AreNotAveraged()
    {
        using var classifier = TestClassifier.ForTraining();
        ParameterGroups.FreezeLowest(classifier.Model, 1);
        using var average = new MovingAverage(classifier.Model, 0.9);

        average.Shadows.ShouldNotContain(pair => pair.Name.Contains("embeddings", StringComparison.Ordinal));
        average.Shadows.ShouldContain(pair => pair.Name == Head);
    }

    [Fact]
    public void Fit_EmaDecay_EvaluatesAndSavesTheAverageWhileTheWeightsTrainOnAsBefore()
    {
        var (plain, averaged) = (new RecordingObserver(), new RecordingObserver());
        TinyRun.Run(scratch.Combine("plain"), plain);
        var result = TinyRun.Run(scratch.Combine("run"), averaged, "training.ema_decay=0.9");

        averaged.Steps.Select(step => step.Loss).ShouldBe(plain.Steps.Select(step => step.Loss), "training does not see the average");
        averaged.Evaluations[^1].Metrics.Loss.ShouldNotBe(plain.Evaluations[^1].Metrics.Loss);
        result.Evaluation!.Metrics.MacroF1!.Value.ShouldBe(result.Training.Value!.Value, 1e-9);
        using var last = SafetensorsReader.Open(scratch.Combine("run", "last", "model.safetensors"));
        using var checkpoint = SafetensorsReader.Open(scratch.Combine("run", "checkpoint-epoch-2", "model.safetensors"));
        using var plainLast = SafetensorsReader.Open(scratch.Combine("plain", "last", "model.safetensors"));
        TensorShould.Floats(checkpoint[Head]).ShouldBe(TensorShould.Floats(plainLast[Head]), "checkpoints to go on from hold the weights themselves");
        TensorShould.Floats(last[Head]).ShouldNotBe(TensorShould.Floats(plainLast[Head]));
    }

    private static Tensor HeadOf(IDocumentClassifier model) => model.NamedParameters().Single(parameter => parameter.Name == Head).Value;

    private static Tensor ShadowOf(MovingAverage average) => average.Shadows.Single(pair => pair.Name == Head).Value;
}
