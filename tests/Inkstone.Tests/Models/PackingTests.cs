using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Tests.Support;
using Inkstone.Text.Chunking;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Models;

/// <summary>A batch without padding is the same as its texts one by one.</summary>
public sealed class PackingTests
{
    public static TheoryData<string, string> Heads =>
        new MatrixTheoryData<string, string>(["pooler", "cls", "mean"], ["mean", "max", "logsumexp"]);

    [Theory]
    [MemberData(nameof(Heads))]
    public void Forward_UnequalLengths_EqualsEachDocumentAlone(string pooling, string aggregation)
    {
        using var classifier = TestClassifier.ForTraining($"model.pooling={pooling}", $"model.aggregation={aggregation}");
        EncodedDocument[] documents =
        [
            TestDocuments.OfLength(2), TestDocuments.OfLength(37), TestDocuments.OfLength(5, variant: 1),
            TestDocuments.OfChunks([11, 30, 31, 12], [11, 200, 12], [11, 40, 41, 42, 43, 12]),
            TestDocuments.OfLength(128, variant: 2), TestDocuments.OfLength(37, variant: 3), TestDocuments.OfLength(512),
        ];

        var together = LogitsOf(documents);

        for (var row = 0; row < documents.Length; row++)
        {
            TensorShould.BeClose(together[row], LogitsOf([documents[row]])[0], $"document {row}", 1e-5, 0);
        }

        together.Select(logits => logits[0]).Distinct().Count().ShouldBe(documents.Length, "documents that differ have logits that differ");

        float[][] LogitsOf(EncodedDocument[] rows)
        {
            using var noGrad = GradMode.NoGrad();
            using var scope = TensorScope.New();
            return [.. classifier.Model.Forward(new PackedBatch(rows, Device.Cpu)).Documents.ToFloats().Chunk(3)];
        }
    }

    [Fact]
    public void Backward_UnequalLengths_AddsUpTheGradientsOfEachDocumentAlone()
    {
        EncodedDocument[] documents = [TestDocuments.OfLength(3), TestDocuments.OfLength(20, variant: 1), TestDocuments.OfLength(64, variant: 2)];
        using var together = TestClassifier.ForTraining("model.pooling=mean");
        using var alone = TestClassifier.ForTraining("model.pooling=mean");

        Backward(together, documents);
        foreach (var document in documents)
        {
            Backward(alone, [document]);
        }

        using var scope = TensorScope.New();
        foreach (var (left, right) in together.Model.NamedParameters().Zip(alone.Model.NamedParameters()))
        {
            (left.Value.Grad is null).ShouldBe(left.Name.Contains(".pooler.", StringComparison.Ordinal), left.Name);
            if (left.Value.Grad is { } gradient)
            {
                TensorShould.BeClose(gradient.ToFloats(), right.Value.Grad!.ToFloats(), left.Name, 2e-5, 1e-4);
            }
        }
    }

    /// <summary>The kernel over packed rows and the operators over a rectangle are two ways to one result, with pooling of all tokens and of the first.</summary>
    [Theory]
    [InlineData("mean")]
    [InlineData("cls")]
    public void Backward_PackedAndByOperators_GiveTheSameGradients(string pooling)
    {
        EncodedDocument[] documents = [TestDocuments.OfLength(3), TestDocuments.OfLength(70, variant: 1), TestDocuments.OfLength(64, variant: 2)];
        using var packed = TestClassifier.ForTraining($"model.pooling={pooling}");
        using var byOperators = TestClassifier.ForTraining($"model.pooling={pooling}");
        byOperators.Model.Context.AttentionByOperators = true;

        Backward(packed, documents);
        Backward(byOperators, documents);

        using var scope = TensorScope.New();
        foreach (var (left, right) in packed.Model.NamedParameters().Zip(byOperators.Model.NamedParameters()))
        {
            if (!left.Name.Contains(".pooler.", StringComparison.Ordinal))
            {
                TensorShould.BeClose(left.Value.Grad!.ToFloats(), right.Value.Grad!.ToFloats(), left.Name, 2e-5, 1e-4);
            }
        }
    }

    [Fact]
    public void Backward_PaddingMap_IsTheExactGradientOfTheSelection()
    {
        using var scope = TensorScope.New();
        var map = new PaddingMap(new PaddingLayout([3, 1, 2], longest: 3), Device.Cpu);
        var weights = Tensor.From<float>([.. Enumerable.Range(1, 6 * 2).Select(value => (float)value)], 6, 2);
        var packed = Tensor.From<float>([.. Enumerable.Range(0, 6 * 2).Select(value => value * 0.5f)], 6, 2);
        packed.RequiresGrad = true;

        var padded = map.Pad(packed);
        var back = map.Unpad(padded);
        (back * weights).Sum().Backward();

        padded.Shape.ShouldBe([9, 2]);
        back.ToFloats().ShouldBe(packed.ToFloats());
        packed.Grad!.ToFloats().ShouldBe(weights.ToFloats());
        padded.ToFloats()[..8].ShouldBe([0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f]);
        padded.ToFloats()[12..16].ShouldBe([4, 4.5f, 5, 5.5f]);
        map.AttentionBias.ToFloats().ShouldBe([0, 0, 0, 0, float.MinValue, float.MinValue, 0, 0, float.MinValue]);
    }

    [Fact]
    public void Backward_Unpad_LeavesPaddingWithoutGradient()
    {
        using var scope = TensorScope.New();
        var map = new PaddingMap(new PaddingLayout([2, 1], longest: 2), Device.Cpu);
        var padded = Tensor.From<float>([1, 2, 3, 4], 4, 1);
        padded.RequiresGrad = true;

        map.Unpad(padded).Sum().Backward();

        padded.Grad!.ToFloats().ShouldBe([1, 1, 1, 0]);
    }

    private static void Backward(Classifier classifier, EncodedDocument[] documents)
    {
        using var scope = TensorScope.New();
        long[] labels = [.. documents.Select(document => document.Chunks[0].InputIds.Length % 3L)];
        classifier.Model.Forward(new PackedBatch(documents, Device.Cpu)).Documents
            .CrossEntropy(Tensor.From<long>(labels, labels.Length), reduction: Reduction.Sum).Backward();
    }
}
