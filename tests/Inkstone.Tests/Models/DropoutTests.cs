using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Kernels;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Models;

/// <summary>Dropout in the whole model: chance is a function of the seed and the micro-batch, and fair.</summary>
[Collection(Alone.Name)]
public sealed class DropoutTests
{
    private static readonly Text.Chunking.EncodedDocument[] Documents = [TestDocuments.OfLength(40), TestDocuments.OfLength(9, variant: 1), TestDocuments.OfLength(23, variant: 2)];

    [Fact]
    public void Forward_SameSeedAndMicroBatch_GivesTheSameLogitsOnAnyNumberOfThreads()
    {
        using var classifier = TestClassifier.ForTraining();
        var threads = WorkerPool.Shared.Threads;
        try
        {
            WorkerPool.Shared.Threads = 1;
            var one = LogitsOf(classifier, seed: 7, microBatch: 3);
            WorkerPool.Shared.Threads = 4;
            var four = LogitsOf(classifier, seed: 7, microBatch: 3);

            four.ShouldBe(one);
        }
        finally
        {
            WorkerPool.Shared.Threads = threads;
        }
    }

    [Fact]
    public void Forward_OtherSeedOrMicroBatchOrNoDropout_GivesOtherLogits()
    {
        using var classifier = TestClassifier.ForTraining();

        float[][] logits =
        [
            LogitsOf(classifier, seed: 7, microBatch: 3), LogitsOf(classifier, seed: 7, microBatch: 4),
            LogitsOf(classifier, seed: 8, microBatch: 3), LogitsOf(classifier, seed: 7, microBatch: 3, enabled: false),
        ];

        logits.Select(values => values[0]).Distinct().Count().ShouldBe(4);
    }

    /// <summary>
    /// A linear head behind dropout alone is unbiased: over 400 masks, the mean of each logit stands within four of its
    /// standard errors of the logit without dropout (a fair test fails in 9 logits once in some 1700 seeds; this seed is fixed).
    /// </summary>
    [Fact]
    public void Forward_ManyMasksBeforeTheHead_AverageToTheLogitsWithoutDropout()
    {
        const int Masks = 400;
        using var classifier = TestClassifier.ForTraining("model.dropout=0", "model.classifier_dropout=0.3");
        var expected = LogitsOf(classifier, seed: 1, microBatch: 0, enabled: false);
        var draws = Enumerable.Range(0, Masks).Select(mask => LogitsOf(classifier, seed: 1, microBatch: mask)).ToArray();

        for (var logit = 0; logit < expected.Length; logit++)
        {
            var values = draws.Select(draw => (double)draw[logit]).ToArray();
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (Masks - 1));
            deviation.ShouldBeGreaterThan(1e-3);
            Math.Abs(mean - expected[logit]).ShouldBeLessThan(4 * deviation / Math.Sqrt(Masks));
        }
    }

    /// <summary>Inside the model nothing is linear, so no equality can be asked for; but on average little may move.</summary>
    [Fact]
    public void Forward_ManyMasksEverywhere_AverageNearTheLogitsWithoutDropout()
    {
        const int Masks = 200;
        using var classifier = TestClassifier.ForTraining("model.dropout=0.1");
        var expected = LogitsOf(classifier, seed: 1, microBatch: 0, enabled: false);
        var draws = Enumerable.Range(0, Masks).Select(mask => LogitsOf(classifier, seed: 1, microBatch: mask)).ToArray();

        for (var logit = 0; logit < expected.Length; logit++)
        {
            var values = draws.Select(draw => (double)draw[logit]).ToArray();
            var deviation = Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / (Masks - 1));
            Math.Abs(values.Average() - expected[logit]).ShouldBeLessThan(0.5 * deviation);
        }
    }

    private static float[] LogitsOf(Classifier classifier, ulong seed, long microBatch, bool enabled = true)
    {
        var dropout = classifier.Model.Context.Dropout;
        (dropout.Seed, dropout.MicroBatch, dropout.Enabled) = (seed, microBatch, enabled);
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        return classifier.Model.Forward(new PackedBatch(Documents, Device.Cpu)).Documents.ToFloats();
    }
}
