using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Training;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

/// <summary>FGM and PGD against the same steps taken by hand.</summary>
public sealed class AdversarialTrainingTests : IDisposable
{
    private const string WordTable = "bert.embeddings.word_embeddings.weight";
    private const string Head = "classifier.weight";

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(Adversarial.Fgm)]
    [InlineData(Adversarial.Pgd)]
    public void Backward_Afterwards_TheWordTableHasItsVeryBitsBack(Adversarial kind)
    {
        using var some = new SomeBatch();
        var before = some.WordTable.ToFloats();

        Of(some, kind).Backward(some.Loss);

        some.WordTable.ToFloats().AsSpan().SequenceEqual(before).ShouldBeTrue();
        some.WordTable.RequiresGrad.ShouldBeTrue();
    }

    [Fact]
    public void Backward_PassThatFails_GivesTheWordTableBackToo()
    {
        using var some = new SomeBatch();
        var before = some.WordTable.ToFloats();
        var passes = 0;

        Should.Throw<InvalidOperationException>(() => Of(some, Adversarial.Fgm).Backward(() => passes++ == 0 ? some.Loss() : throw new InvalidOperationException()));

        some.WordTable.ToFloats().AsSpan().SequenceEqual(before).ShouldBeTrue();
    }

    [Fact]
    public void Backward_Fgm_AddsTheGradientOfTheTableMovedAlongItsOwn()
    {
        using var some = new SomeBatch(0, "model.dropout=0");
        var original = some.WordTable.ToFloats();
        var (table, head) = (some.GradientOf(WordTable), some.GradientOf(Head));
        var loss = some.Loss().ToDouble();
        SetWordTable(some, Moved(original, table, 0.7));
        var (movedTable, movedHead) = (some.GradientOf(WordTable), some.GradientOf(Head));
        var movedLoss = some.Loss().ToDouble();
        SetWordTable(some, original);

        var result = Of(some, Adversarial.Fgm, epsilon: 0.7).Backward(some.Loss);

        movedLoss.ShouldBeGreaterThan(loss, "or the move went downhill");
        result.ShouldBe(loss, 1e-6);
        TensorShould.BeClose(some.WordTable.Grad!.ToFloats(), Sum(table, movedTable), WordTable, 1e-6);
        TensorShould.BeClose(some.Parameter(Head).Grad!.ToFloats(), Sum(head, movedHead), Head, 1e-6);
    }

    [Fact]
    public void Backward_Pgd_TakesStepsAndComesBackToTheBall()
    {
        using var some = new SomeBatch(0, "model.dropout=0");
        var original = some.WordTable.ToFloats();
        var (plain, plainHead) = (some.GradientOf(WordTable), some.GradientOf(Head));
        var (table, gradient) = (original, plain);
        for (var step = 0; step < 3; step++)
        {
            table = Projected(original, Moved(table, gradient, 0.4), 0.5);
            SetWordTable(some, table);
            gradient = some.GradientOf(WordTable);
        }

        var head = some.GradientOf(Head);
        Norm(Difference(table, original)).ShouldBe(0.5, 1e-4, "three steps of 0.4 leave a ball of 0.5");
        SetWordTable(some, original);

        Of(some, Adversarial.Pgd, epsilon: 0.5, alpha: 0.4, steps: 3).Backward(some.Loss);

        TensorShould.BeClose(some.WordTable.Grad!.ToFloats(), Sum(plain, gradient), WordTable, 1e-5);
        TensorShould.BeClose(some.Parameter(Head).Grad!.ToFloats(), Sum(plainHead, head), Head, 1e-5);
    }

    [Fact]
    public void Backward_PgdOfOneStepBeyondTheBall_ComesBackToIt()
    {
        using var some = new SomeBatch(0, "model.dropout=0");
        Of(some, Adversarial.Fgm, epsilon: 0.5).Backward(some.Loss);
        var expected = some.WordTable.Grad!.ToFloats();
        some.WordTable.Grad = null;

        Of(some, Adversarial.Pgd, epsilon: 0.5, alpha: 2, steps: 1).Backward(some.Loss);

        TensorShould.BeClose(some.WordTable.Grad!.ToFloats(), expected, WordTable, 1e-5);
    }

    /// <summary>Accumulation: the second batch neither loses what the first left, nor lets it point the way.</summary>
    [Theory]
    [InlineData(Adversarial.Fgm)]
    [InlineData(Adversarial.Pgd)]
    public void Backward_SecondBatchOfAStep_AddsTheSameAgain(Adversarial kind)
    {
        using var some = new SomeBatch(0, "model.dropout=0");
        var adversarial = Of(some, kind);
        adversarial.Backward(some.Loss);
        var (table, head) = (some.WordTable.Grad!.ToFloats(), some.Parameter(Head).Grad!.ToFloats());

        adversarial.Backward(some.Loss);

        TensorShould.BeClose(some.WordTable.Grad!.ToFloats(), Sum(table, table), WordTable, 1e-6);
        TensorShould.BeClose(some.Parameter(Head).Grad!.ToFloats(), Sum(head, head), Head, 1e-6);
    }

    [Theory]
    [InlineData("fgm")]
    [InlineData("pgd")]
    public void Fit_WithAccumulation_LearnsOtherWeightsFromTheSameFirstLoss(string kind)
    {
        string[] common = ["training.max_steps=6", "training.gradient_accumulation_steps=2", "training.per_device_train_batch_size=4"];
        var (plain, moved) = (new RecordingObserver(), new RecordingObserver());

        TinyRun.Run(scratch.Combine("plain"), plain, common);
        TinyRun.Run(scratch.Combine("moved"), moved, [.. common, $"training.adversarial={kind}"]);

        moved.Steps[0].Loss.ShouldBe(plain.Steps[0].Loss, "the plain pass comes first, under the same masks");
        moved.Steps[0].GradNorm.ShouldBeGreaterThan(plain.Steps[0].GradNorm);
        moved.Steps.ShouldAllBe(step => double.IsFinite(step.Loss) && step.Loss < 3);
    }

    private static AdversarialTraining Of(SomeBatch some, Adversarial kind, double epsilon = 1, double alpha = 0.3, int steps = 3) =>
        AdversarialTraining.For(some.Model, new() { Adversarial = kind, AdversarialEpsilon = epsilon, AdversarialAlpha = alpha, AdversarialSteps = steps })!;

    private static void SetWordTable(SomeBatch some, float[] values)
    {
        using var noGrad = GradMode.NoGrad();
        some.WordTable.CopyInPlace(Tensor.From<float>(values, some.WordTable.Shape));
    }

    private static float[] Moved(float[] from, float[] along, double length)
    {
        var factor = length / Norm(along);
        return [.. from.Zip(along, (value, slope) => (float)(value + (factor * slope)))];
    }

    private static float[] Projected(float[] center, float[] point, double radius)
    {
        var way = Difference(point, center);
        var distance = Norm(way);
        return distance <= radius ? point : [.. center.Zip(way, (value, step) => (float)(value + (step * radius / distance)))];
    }

    private static float[] Sum(float[] left, float[] right) => [.. left.Zip(right, (a, b) => a + b)];

    private static float[] Difference(float[] left, float[] right) => [.. left.Zip(right, (a, b) => a - b)];

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
