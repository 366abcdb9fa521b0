using Inkstone.Tests.Support;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>training.swa_checkpoints, seen from what a run leaves.</summary>
public sealed class CheckpointMeanTests : IDisposable
{
    private const string Head = "classifier.weight";

    private readonly TemporaryFolder scratch = new();
    private readonly RecordingObserver observer = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Fit_SwaCheckpoints_JudgesTheMeanOfTheNewest_AndKeepsItWhereItIsBetter()
    {
        // A loss that was bad enough when it was chosen: the mean of later weights is better.
        var result = TinyRun.Run(scratch.Combine("run"), observer,
            "training.swa_checkpoints=2", "training.num_train_epochs=3", "training.metric_for_best_model=loss", "scheduler.lr_scheduler_type=constant");

        var mean = observer.Evaluations[^1];
        mean.Split.ShouldBe("validation, mean of checkpoints");
        observer.Notices.ShouldContain("Mean of checkpoint-epoch-2, checkpoint-epoch-3 (training.swa_checkpoints):");
        result.Training.Value.ShouldBe(observer.Evaluations.Min(evaluation => evaluation.Metrics.Loss));
        var expected = HeadOf("checkpoint-epoch-2").Zip(HeadOf("checkpoint-epoch-3"), (left, right) => (float)(((double)left + right) / 2)).ToArray();
        var isBetter = mean.Metrics.Loss < observer.Evaluations.SkipLast(1).Min(evaluation => evaluation.Metrics.Loss);
        HeadOf("best").SequenceEqual(expected).ShouldBe(isBetter);
        HeadOf("last").ShouldBe(HeadOf("checkpoint-epoch-3"));
        isBetter.ShouldBeTrue("or the test says half of what it could");
    }

    [Fact]
    public void Fit_FewerThanTwoCheckpoints_SaysSo()
    {
        TinyRun.Run(scratch.Combine("run"), observer, "training.swa_checkpoints=2", "training.num_train_epochs=1");

        observer.Notices.ShouldContain("training.swa_checkpoints has no effect: the run has saved fewer than two checkpoints.");
    }

    private float[] HeadOf(string checkpoint)
    {
        using var file = SafetensorsReader.Open(scratch.Combine("run", checkpoint, "model.safetensors"));
        return TensorShould.Floats(file[Head]);
    }
}
