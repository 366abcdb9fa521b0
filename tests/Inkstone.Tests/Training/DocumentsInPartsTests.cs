using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Losses;
using Inkstone.Tests.Support;
using Inkstone.Text.Chunking;
using Inkstone.Torch;
using Inkstone.Torch.Optim;
using Inkstone.Training;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>Documents that go through the encoder in parts teach what they teach as a whole.</summary>
[Collection(Alone.Name)]
public sealed class DocumentsInPartsTests
{
    private static readonly EncodedDocument[] Documents =
    [
        Document(20, 17, 9), Document(6), Document(20, 20, 20, 20, 11), Document(12, 5),
    ];

    [Theory]
    [InlineData]
    [InlineData("model.aggregation=max", "model.pooling=cls")]
    [InlineData("model.aggregation=logsumexp", "model.pooling=mean", "loss.label_smoothing=0.1")]
    [InlineData("model.multi_sample_dropout=3", "loss.name=focal")]
    [InlineData("training.r_drop=1", "loss.name=logit_adjusted")]
    [InlineData("training.adversarial=fgm")]
    [InlineData("training.adversarial=pgd", "training.adversarial_steps=2")]
    [InlineData("model.freeze_layers=1")]
    [InlineData("model.architecture=hierarchical", "model.chunk_encoder=lstm")]
    [InlineData("model.architecture=hierarchical", "model.chunk_encoder=transformer")]
    [InlineData("model.architecture=hierarchical", "model.chunk_encoder=attention", "model.multi_sample_dropout=2")]
    [InlineData("model.architecture=hierarchical", "model.freeze_encoder=true")]
    public void Run_InParts_GivesTheLossAndGradientsOfTheWhole(params string[] overrides)
    {
        var whole = StepOf(int.MaxValue, overrides);

        foreach (var mostTokens in new[] { 1, 32, 60, 100 })
        {
            var parts = StepOf(mostTokens, overrides);

            parts.Loss.ShouldBe(whole.Loss, 1e-5);
            parts.Weights.Count.ShouldBe(whole.Weights.Count);
            foreach (var (name, change) in whole.Weights)
            {
                TensorShould.BeClose(parts.Weights[name], change, name, absolute: 2e-6, relative: 2e-4);
            }
        }
    }

    [Fact]
    public void Run_OtherSeed_DropsOthers()
    {
        Math.Abs(StepOf(32, [], seed: 8).Loss - StepOf(32, [], seed: 7).Loss).ShouldBeGreaterThan(1e-4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Encode_InParts_HasTheDropoutMasksOfTheWhole(bool byOperators)
    {
        using var classifier = TestClassifier.ForTraining("model.dropout=0.3");
        using var scope = TensorScope.New();
        using var noGrad = GradMode.NoGrad();
        classifier.Model.Context.Dropout.Enabled = true;
        classifier.Model.Context.AttentionByOperators = byOperators;
        var tokens = new PackedTokens(byOperators ? [Document(20, 20), Document(20, 20, 20)] : Documents);

        var whole = classifier.Model.Forward(new(tokens, Device.Cpu)).Chunks.ToFloats();
        var parts = classifier.Model.Forward(new(tokens, Device.Cpu, mostTokens: 40)).Chunks.ToFloats();

        TensorShould.BeClose(parts, whole, "logits of chunks", 1e-5, 1e-5);
    }

    [Fact]
    public void Parts_OfABatch_CutBetweenChunksAndKeepEveryToken()
    {
        var tokens = new PackedTokens(Documents);

        var parts = tokens.Parts(41);

        parts.Select(part => part.TokenCount).ShouldAllBe(count => count <= 41);
        parts.SelectMany(part => part.ChunkLengths).ShouldBe(tokens.ChunkLengths);
        parts.Select(part => part.ChunkLengths.Length).ShouldBe([2, 3, 2, 2, 2], "as many chunks as fit");
        tokens.Parts(tokens.TokenCount).ShouldHaveSingleItem().ShouldBeSameAs(tokens);
        tokens.Parts(1).Count.ShouldBe(tokens.ChunkLengths.Length);
    }

    [Fact]
    public void Run_SecondStepInParts_LeavesNoNewTensors()
    {
        var before = Tensor.LiveCount;
        using (var training = new Step(mostTokens: 32, [], seed: 1))
        {
            training.Run([(Documents[0], 0), (Documents[2], 1)]);
            var afterFirst = Tensor.LiveCount;
            training.Run([(Documents[2], 2), (Documents[3], 1)]);

            Tensor.LiveCount.ShouldBe(afterFirst);
        }

        Tensor.LiveCount.ShouldBe(before);
    }

    /// <summary>200 chunks of 128 tokens: as one graph, the step's activations alone would take some 400 MiB.</summary>
    [Theory]
    [InlineData]
    [InlineData("model.freeze_encoder=true")]
    public void Run_ADocumentOfTwoHundredChunks_TakesTheMemoryOfAPart(params string[] overrides)
    {
        using var training = new Step(mostTokens: 512, overrides, seed: 1);
        training.Run([(Document([.. Enumerable.Repeat(128, 4)]), 0)]);   // weights' gradients and the optimizer's state come to life
        var before = PeakBytes(reset: true);

        training.Run([(Document([.. Enumerable.Repeat(128, 200)]), 1)]);

        (PeakBytes() - before).ShouldBeLessThan(120L << 20);
    }

    private static EncodedDocument Document(params int[] lengths) =>
        TestDocuments.OfChunks([.. lengths.Select((length, variant) => TestDocuments.OfLength(length, variant + (lengths.Length * 7)).Chunks[0].InputIds)]);

    private static (double Loss, Dictionary<string, float[]> Weights) StepOf(int mostTokens, string[] overrides, ulong seed = 7)
    {
        using var training = new Step(mostTokens, overrides, seed);
        var loss = training.Run([.. Documents.Select((document, index) => (document, index % 3))]);
        return (loss, training.Changes());
    }

    /// <summary>Most bytes that the process has had in memory, since it was last asked to forget.</summary>
    private static long PeakBytes(bool reset = false)
    {
        if (reset)
        {
            GC.Collect();
            File.WriteAllText("/proc/self/clear_refs", "5");
        }

        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) << 10;
    }

    /// <summary>A training step by plain gradient descent of sorts: how far a weight moves tells its gradient.</summary>
    private sealed class Step : IDisposable
    {
        private readonly Classifier classifier;
        private readonly DocumentLoss loss;
        private readonly AdamW optimizer;
        private readonly TrainingStep step;
        private readonly Dictionary<string, float[]> before;

        public Step(int mostTokens, string[] overrides, ulong seed)
        {
            var recipe = TestRecipe.Of([$"model.name_or_path={Repo.Golden("models", "bert")}", "data.train_file=none.csv", "model.dropout=0.2", .. overrides]);
            classifier = TestClassifier.ForTraining(["model.dropout=0.2", .. overrides]);
            ParameterGroups.FreezeLowest(classifier.Model, recipe.Model.FreezeLayers);
            loss = new DocumentLoss(recipe.Loss, [2, 1, 1], Device.Cpu);

            // A large epsilon makes AdamW's first step all but proportional to the gradient.
            optimizer = new AdamW(ParameterGroups.Create(classifier.Model, new() { LearningRate = 1e3, WeightDecay = 0 }), 0.9, 0.999, 1e4);
            step = new TrainingStep(classifier.Model, loss, optimizer, 1e9, Device.Cpu, recipe.Training, mostTokens: mostTokens);
            classifier.Model.Context.Dropout.Seed = seed;
            classifier.Model.Context.Dropout.Enabled = true;
            before = Weights();
        }

        public double Run((EncodedDocument Document, int LabelId)[] rows) => step.Run([LabelledBatch.Of(rows)]).Loss;

        public Dictionary<string, float[]> Changes() => Weights().ToDictionary(
            weight => weight.Key, weight => weight.Value.Zip(before[weight.Key], (after, earlier) => after - earlier).ToArray());

        public void Dispose()
        {
            optimizer.Dispose();
            loss.Dispose();
            classifier.Dispose();
        }

        private Dictionary<string, float[]> Weights() =>
            classifier.Model.NamedParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Value.ToFloats());
    }
}
