using Inkstone.Checkpoints;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Text.Corpora;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>Whole runs on documents of chunks.</summary>
public sealed class DocumentRunTests : IDisposable
{
    private static readonly string[] Documents =
    [
        $"data.train_file={Repo.Golden("e2e", "documents.csv")}", $"data.validation_file={Repo.Golden("e2e", "documents-validation.csv")}",
        "tokenizer.long_text=chunk", "tokenizer.max_length=24", "tokenizer.stride=6",
    ];

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("lstm", false)]
    [InlineData("transformer", false)]
    [InlineData("attention", true)]
    public void Run_Hierarchical_ResumesToTheSameBitsAndPredictsWhatItJudged(string chunkEncoder, bool frozen)
    {
        string[] recipe = [.. Documents, "model.architecture=hierarchical", $"model.chunk_encoder={chunkEncoder}", $"model.freeze_encoder={(frozen ? "true" : "false")}"];
        TinyRun.Run(scratch.Combine("whole"), new(), recipe);
        using var stop = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => TinyRun.RunUntil(
            scratch.Combine("stopped"), new() { OnStep = step => { if (step.Step == 7) { stop.Cancel(); } } }, recipe, stop.Token));

        var resumed = FineTuneRun.Run(TinyRun.RecipeOf(recipe), scratch.Combine("stopped"), new RecordingObserver(), TimeProvider.System, TestContext.Current.CancellationToken, resume: true);

        Weights("stopped").ShouldBe(Weights("whole"));
        using var classifier = Inkstone.Predicting.TextClassifier.Load(scratch.Combine("stopped"));
        var texts = CorpusReader.Read(Repo.Golden("e2e", "documents-validation.csv"), new()).Select(row => row.Text).ToList();
        var predicted = classifier.Predict(texts);
        predicted.Count(prediction => prediction.Chunks.Count > 1).ShouldBeGreaterThan(10);
        foreach (var (prediction, judged) in predicted.Zip(resumed.Evaluation!.Rows))
        {
            prediction.Scores.OrderBy(score => score.LabelId).Zip(judged.Logits).ShouldAllBe(pair => Math.Abs(pair.First.Logit - pair.Second) < 1e-4);
        }
    }

    [Fact]
    public void Run_FrozenEncoder_LeavesItsWeights()
    {
        var result = TinyRun.Run(scratch.Combine("run"), new(), [.. Documents, "model.freeze_encoder=true"]);

        using var scope = TensorScope.New();
        using var trained = Classifier.Load(result.Folder);
        using var start = TestClassifier.ForTraining();
        foreach (var (after, before) in trained.Model.NamedParameters().Zip(start.Model.NamedParameters()))
        {
            after.Value.EqualsExactly(before.Value).ShouldBe(after.Name.StartsWith("bert.", StringComparison.Ordinal), after.Name);
        }
    }

    /// <summary>A budget that no document fits in: batches of one document, that go through the encoder in parts.</summary>
    [Fact]
    public void Run_TokensPerBatch_BoundsWhatGoesThroughAtOnce()
    {
        var observer = new RecordingObserver();

        string[] settings = [.. Documents, "training.tokens_per_batch=24", "training.num_train_epochs=1"];
        TinyRun.RecipeOf(settings).MostTokensAtOnce.ShouldBe(24);
        var result = TinyRun.Run(scratch.Combine("run"), observer, settings);

        result.Training.Steps.ShouldBe(42);
        observer.Steps.ShouldAllBe(step => double.IsFinite(step.Loss));
    }

    [Theory]
    [InlineData("tokenizer.max_chunks=2", "have more than tokenizer.max_chunks=2 chunks; of these, so many are used: the first; tokenizer.chunk_selection=spread takes")]
    [InlineData("tokenizer.max_chunks=2,tokenizer.chunk_selection=spread", "spread over the text (tokenizer.chunk_selection)")]
    [InlineData("tokenizer.max_chunks=2,tokenizer.truncation_side=left", "so many are used: the last")]
    public void Run_MoreChunksThanAllowed_SaysWhichAreUsed(string settings, string expected)
    {
        var observer = new RecordingObserver();

        TinyRun.Run(scratch.Combine("run"), observer, [.. Documents, .. settings.Split(','), "training.max_steps=1"]);

        observer.Notices.ShouldContain(notice => notice.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tokenizer.stride=22", "tokenizer.stride must be below tokenizer.max_length - 2 (22) where tokenizer.long_text is chunk, but is 22")]
    [InlineData("training.tokens_per_batch=23", "training.tokens_per_batch must be at least tokenizer.max_length (24), but is 23")]
    [InlineData("tokenizer.chunk_selection=spread", "tokenizer.chunk_selection must be side where tokenizer.max_chunks is null")]
    [InlineData("model.chunk_encoder=attention", "model.chunk_encoder must be left out where model.architecture is not hierarchical, but is attention; set model.architecture=hierarchical")]
    [InlineData("model.architecture=hierarchical,model.aggregation=max", "model.aggregation must be mean where model.architecture is hierarchical")]
    [InlineData("model.freeze_encoder=true,training.adversarial=fgm", "training.adversarial must be none where model.freeze_encoder is true")]
    public void Recipe_ThatCannotBe_IsRefusedWithAWayOut(string settings, string expected) =>
        Should.Throw<RecipeException>(() => TinyRun.RecipeOf([.. Documents, .. settings.Split(',')]).ThrowIfInvalid()).Message.ShouldContain(expected);

    [Fact]
    public void Run_ChunksBeyondThePositionTable_AreRefused() =>
        Should.Throw<InvalidCheckpointException>(() => TinyRun.Run(scratch.Combine("run"), new(), [.. Documents, "tokenizer.max_length=1000"]))
            .Message.ShouldContain("tokenizer.max_length is 1000, but the model's position table ends at 512");

    private byte[] Weights(string run) => File.ReadAllBytes(scratch.Combine(run, "last", "model.safetensors"));
}
