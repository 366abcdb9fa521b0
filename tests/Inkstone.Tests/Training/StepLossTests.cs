using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Training;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>R-Drop and multi-sample dropout against the formulas, in double precision, written out here.</summary>
public sealed class StepLossTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void SymmetricDivergence_IsHalfTheSumOfBothDivergences()
    {
        double[][] left = [[1, -0.5, 0.25], [3, 0, -1]], right = [[0.5, 0.5, -2], [2.5, 1, 0]];
        var expected = left.Zip(right, (p, q) => 0.5 * (Divergence(Softmax(p), Softmax(q)) + Divergence(Softmax(q), Softmax(p)))).Sum();
        using var scope = TensorScope.New();

        StepLoss.SymmetricDivergence(Of(left), Of(right)).ToDouble().ShouldBe(expected, 1e-6);

        static Tensor Of(double[][] rows) => Tensor.From<float>([.. rows.SelectMany(row => row).Select(value => (float)value)], 2, 3);
    }

    [Fact]
    public void Of_RDrop_IsTheMeanOfTwoPassesPlusTheirDivergence()
    {
        double first, second;
        float[] one, two;
        using (var plain = new SomeBatch())
        {
            first = plain.Loss().ToDouble();
            second = plain.Loss().ToDouble();   // the next pass of the same micro-batch
            plain.StepLoss.Begin(0);
            one = LogitsOfNextPass(plain);
        }

        using (var plain = new SomeBatch())
        {
            plain.Loss();
            two = LogitsOfNextPass(plain, seedOfPass: 1);
        }

        var divergence = one.Chunk(3).Zip(two.Chunk(3), (p, q) => 0.5 * (Divergence(Softmax(p), Softmax(q)) + Divergence(Softmax(q), Softmax(p)))).Sum();
        using var some = new SomeBatch(rDrop: 2.5);

        some.Loss().ToDouble().ShouldBe(((first + second) / 2) + (2.5 * divergence / 4), 1e-5);

        first.ShouldNotBe(second, "two passes draw two masks");
        divergence.ShouldBeGreaterThan(1e-4);
    }

    [Fact]
    public void Of_RDropWithoutDropout_IsThePlainLoss()
    {
        using var plain = new SomeBatch(0, "model.dropout=0");
        var expected = plain.Loss().ToDouble();
        using var some = new SomeBatch(4, "model.dropout=0");

        some.Loss().ToDouble().ShouldBe(expected, 1e-6);
    }

    [Fact]
    public void Of_MultiSampleDropout_IsTheMeanOfTheSamplesLosses()
    {
        using var some = new SomeBatch(0, "model.multi_sample_dropout=4");
        var samples = some.Model.Forward(some.Batch).DropoutSamples;
        var losses = samples.Select(sample => MeanLoss(sample.ToFloats())).ToList();

        some.Loss().ToDouble().ShouldBe(losses.Average(), 1e-5);

        samples.Count.ShouldBe(4);
        losses.Distinct().Count().ShouldBe(4, "every sample has its own mask");
        using var plain = new SomeBatch();
        plain.Loss().ToDouble().ShouldBe(losses[0], 1e-5, "the first sample is what one mask would be");
        some.Model.Context.Dropout.Enabled = false;
        some.Model.Forward(some.Batch).DropoutSamples.Count.ShouldBe(1);
    }

    [Fact]
    public void Fit_RDropWithAccumulation_EqualsOneLargeBatch()
    {
        // Masks belong to batches, so without dropout: what is compared is how the parts are weighed.
        string[] common = ["training.r_drop=1", "model.multi_sample_dropout=2", "model.dropout=0", "training.shuffle=false", "training.group_by_length=false", "training.num_train_epochs=1"];
        var (large, small) = (new RecordingObserver(), new RecordingObserver());

        TinyRun.Run(scratch.Combine("large"), large, [.. common, "training.per_device_train_batch_size=20"]);
        TinyRun.Run(scratch.Combine("small"), small, [.. common, "training.per_device_train_batch_size=4", "training.gradient_accumulation_steps=5"]);

        small.Steps.Select(step => step.Loss).ShouldBe(large.Steps.Select(step => step.Loss), 1e-5);
    }

    [Fact]
    public void Fit_RDrop_ChangesTheLossAndIsDeterministic()
    {
        var (plain, once, again) = (new RecordingObserver(), new RecordingObserver(), new RecordingObserver());

        TinyRun.Run(scratch.Combine("plain"), plain, "training.max_steps=3");
        TinyRun.Run(scratch.Combine("once"), once, "training.max_steps=3", "training.r_drop=5");
        TinyRun.Run(scratch.Combine("again"), again, "training.max_steps=3", "training.r_drop=5");

        once.Steps[0].Loss.ShouldNotBe(plain.Steps[0].Loss);
        again.Steps.Select(step => step.Loss).ShouldBe(once.Steps.Select(step => step.Loss));
    }

    private static float[] LogitsOfNextPass(SomeBatch some, ulong seedOfPass = 0)
    {
        some.Model.Context.Dropout.Seed = 42 ^ (seedOfPass * 0x9E3779B97F4A7C15);
        return some.Model.Forward(some.Batch).Documents.ToFloats();
    }

    private static double MeanLoss(float[] logits) =>
        logits.Chunk(3).Zip(new[] { 0, 2, 1, 2 }, (row, label) => -Math.Log(Softmax(row)[label])).Average();

    private static double Divergence(double[] p, double[] q) => p.Zip(q, (left, right) => left * Math.Log(left / right)).Sum();

    private static double[] Softmax(float[] row) => Softmax(Array.ConvertAll(row, value => (double)value));

    private static double[] Softmax(double[] row)
    {
        var sum = row.Sum(Math.Exp);
        return Array.ConvertAll(row, value => Math.Exp(value) / sum);
    }
}
