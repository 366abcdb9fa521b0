using System.Diagnostics;
using System.Globalization;
using Inkstone.Batching;
using Inkstone.Losses;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Optim;
using Inkstone.Training;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>A step leaves nothing behind but better weights.</summary>
[Collection(Alone.Name)]
public sealed class MemoryTests
{
    [Fact]
    public void Run_SecondStep_LeavesNoNewTensors()
    {
        var before = Tensor.LiveCount;
        using (var training = new TinyTraining())
        {
            training.Step(0);
            var afterFirst = Tensor.LiveCount;   // the optimizer's state came to life
            training.Step(1);

            Tensor.LiveCount.ShouldBe(afterFirst);
        }

        Tensor.LiveCount.ShouldBe(before);
    }

    /// <summary>
    /// Allocators' pools grow now and then, a leak grows always: so the calmest of four windows counts. One forgotten float32
    /// activation a step ([tokens, 64], some 500 tokens) would add 6 MiB to each window of 50 steps; half of that is allowed.
    /// </summary>
    [Fact]
    public void Run_TwoHundredSteps_KeepsResidentMemoryFlat()
    {
        using var training = new TinyTraining();
        var resident = new List<long>();
        for (var step = 0; step <= 200; step++)
        {
            training.Step(step);
            if (step % 50 == 0)
            {
                resident.Add(ResidentBytes());
            }
        }

        resident.Zip(resident.Skip(1), (before, after) => after - before).Min().ShouldBeLessThan(3L << 20);
    }

    [Fact]
    public void Fit_AWholeRun_LeavesNoTensors()
    {
        using var scratch = new TemporaryFolder();
        var before = Tensor.LiveCount;

        TinyRun.Run(scratch.Combine("run"), new(), "loss.class_weights=balanced", "training.num_train_epochs=1");

        Tensor.LiveCount.ShouldBe(before);
    }

    [Fact]
    public void ForTraining_FolderThatCannotBeUsed_LeavesNoTensors()
    {
        var before = Tensor.LiveCount;
        using var scratch = new TemporaryFolder();
        var folder = GoldenFolder.Copy("bert", scratch.Combine("source"), config => config["intermediate_size"] = 96);

        Should.Throw<Inkstone.Checkpoints.InvalidCheckpointException>(() => TestClassifier.ForTraining(folder, TestClassifier.Labels, []));

        Tensor.LiveCount.ShouldBe(before);
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private sealed class TinyTraining : IDisposable
    {
        private readonly Inkstone.Checkpoints.Classifier classifier = TestClassifier.ForTraining("model.dropout=0.1");
        private readonly DocumentLoss loss = new(new(), [1, 1, 1], Device.Cpu);
        private readonly AdamW optimizer;
        private readonly TrainingStep step;

        public TinyTraining()
        {
            optimizer = new AdamW(ParameterGroups.Create(classifier.Model, new()));
            step = new TrainingStep(classifier.Model, loss, optimizer, 1, Device.Cpu);
            classifier.Model.Context.Dropout.Enabled = true;
        }

        public void Step(int number)
        {
            var rows = Enumerable.Range(0, 8).Select(row => (TestDocuments.OfLength(10 + (((number * 7) + (row * 13)) % 110), number + row), row % 3));
            step.Run([LabelledBatch.Of([.. rows])]).Loss.ShouldBeInRange(0, 20, string.Create(CultureInfo.InvariantCulture, $"step {number}"));
        }

        public void Dispose()
        {
            optimizer.Dispose();
            loss.Dispose();
            classifier.Dispose();
        }
    }
}
