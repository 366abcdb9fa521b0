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
        // Steps so large that the weights swing: the mean of the last ones is better in some of the runs.
        var kept = Enumerable.Range(1, 6).Select(seed => KeepsTheMean($"run-{seed}", $"training.seed={seed}")).ToList();

        kept.ShouldContain(true);
        kept.ShouldContain(false);
    }

    private bool KeepsTheMean(string run, string seed)
    {
        var told = new RecordingObserver();
        var result = TinyRun.Run(
            scratch.Combine(run), told, seed, "training.swa_checkpoints=2", "training.num_train_epochs=3", "training.early_stopping_patience=null",
            "training.metric_for_best_model=loss", "scheduler.lr_scheduler_type=constant", "optimizer.learning_rate=4e-3");

        var mean = told.Evaluations[^1];
        mean.Split.ShouldBe("validation (mean of checkpoints)");
        told.Notices.ShouldContain("Mean of checkpoint-epoch-2, checkpoint-epoch-3 (training.swa_checkpoints):");
        result.Training.Value.ShouldBe(told.Evaluations.Min(evaluation => evaluation.Metrics.Loss));
        var expected = HeadOf(run, "checkpoint-epoch-2").Zip(HeadOf(run, "checkpoint-epoch-3"), (left, right) => (float)(((double)left + right) / 2)).ToArray();
        var isBetter = mean.Metrics.Loss < told.Evaluations.SkipLast(1).Min(evaluation => evaluation.Metrics.Loss);
        HeadOf(run, "best").SequenceEqual(expected).ShouldBe(isBetter);
        told.Notices.ShouldContain(notice => notice.StartsWith(isBetter ? "The mean is the best now and stands in best/: loss " : "The mean is not kept: its loss is ", StringComparison.Ordinal));
        HeadOf(run, "last").ShouldBe(HeadOf(run, "checkpoint-epoch-3"));
        return isBetter;
    }

    [Fact]
    public void Fit_FewerThanTwoCheckpoints_SaysSo()
    {
        TinyRun.Run(scratch.Combine("run"), observer, "training.swa_checkpoints=2", "training.num_train_epochs=1");

        observer.Notices.ShouldContain("training.swa_checkpoints has no effect: the run has saved fewer than two checkpoints.");
    }

    private float[] HeadOf(string run, string checkpoint)
    {
        using var file = SafetensorsReader.Open(scratch.Combine(run, checkpoint, "model.safetensors"));
        return TensorShould.Floats(file[Head]);
    }
}
