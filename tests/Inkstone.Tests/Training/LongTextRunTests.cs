using System.Security.Cryptography;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>Whole runs of Longformer and BigBird on documents, through the same trainer: they go on from a stop in the same bits.</summary>
public sealed class LongTextRunTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("longformer")]
    [InlineData("bigbird-sparse")]
    public void Run_StoppedAndResumed_EndsInTheSameBits(string golden)
    {
        string[] settings =
        [
            $"data.train_file={Repo.Golden("e2e", "documents.csv")}", $"data.validation_file={Repo.Golden("e2e", "documents-validation.csv")}",
            $"model.name_or_path={Repo.Golden("models", golden)}", "tokenizer.max_length=300", "training.save_strategy=no", "training.num_train_epochs=3",
            "training.per_device_train_batch_size=4",
        ];
        var whole = new RecordingObserver();
        TinyRun.Run(scratch.Combine("whole"), whole, settings);
        using var stop = new CancellationTokenSource();
        var stopped = new RecordingObserver
        {
            OnStep = record =>
            {
                if (record.Step == 3)
                {
                    stop.Cancel();
                }
            },
        };
        Should.Throw<OperationCanceledException>(() => TinyRun.RunUntil(scratch.Combine("run"), stopped, settings, stop.Token));

        FineTuneRun.Run(TinyRun.RecipeOf(settings), scratch.Combine("run"), new RecordingObserver(), TimeProvider.System, TestContext.Current.CancellationToken, resume: true);

        whole.Steps.Count.ShouldBeGreaterThan(6);
        whole.Steps.ShouldAllBe(step => double.IsFinite(step.Loss));
        Hash("run", "last").ShouldBe(Hash("whole", "last"));
        Hash("run", "best").ShouldBe(Hash("whole", "best"));
    }

    private string Hash(params string[] parts) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(scratch.Combine([.. parts, "model.safetensors"]))));
}
