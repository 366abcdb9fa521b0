using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Tests.Support;
using Inkstone.Text.Chunking;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Models;

/// <summary>What a Longformer or a BigBird says of a text does not depend on the texts beside it, nor on how attention is computed.</summary>
public sealed class LongTextPackingTests
{
    // BigBird's blocks are of 16 tokens here and attention is sparse from 145 on: some texts are, some end within a block.
    private static readonly EncodedDocument[] Documents =
    [
        TestDocuments.OfLength(2), TestDocuments.OfLength(300), TestDocuments.OfLength(144, variant: 1), TestDocuments.OfLength(145, variant: 2),
        TestDocuments.OfChunks([11, 30, 31, 12], [11, .. Enumerable.Range(20, 200), 12]), TestDocuments.OfLength(66, variant: 3), TestDocuments.OfLength(161, variant: 4),
    ];

    [Theory]
    [InlineData("longformer", "pooler")]
    [InlineData("longformer", "mean")]
    [InlineData("bigbird-sparse", "pooler")]
    [InlineData("bigbird-sparse", "mean")]
    [InlineData("bigbird-full", "pooler")]
    public void Forward_UnequalLengths_EqualsEachDocumentAlone(string golden, string pooling)
    {
        using var classifier = Open(golden, pooling);

        var together = LogitsOf(Documents);

        for (var row = 0; row < Documents.Length; row++)
        {
            TensorShould.BeClose(together[row], LogitsOf([Documents[row]])[0], $"document {row}", 1e-5, 0);
        }

        together.Select(logits => logits[0]).Distinct().Count().ShouldBe(Documents.Length, "documents that differ have logits that differ");

        float[][] LogitsOf(EncodedDocument[] rows)
        {
            using var noGrad = GradMode.NoGrad();
            using var scope = TensorScope.New();
            return [.. classifier.Model.Forward(new PackedBatch(rows, Device.Cpu)).Documents.ToFloats().Chunk(3)];
        }
    }

    [Theory]
    [InlineData("longformer", "pooler", false)]
    [InlineData("longformer", "mean", false)]
    [InlineData("bigbird-sparse", "pooler", true)]
    [InlineData("bigbird-sparse", "mean", true)]
    [InlineData("bigbird-sparse", "mean", false)]
    public void Backward_KernelAndOperators_GiveTheSameGradients(string golden, string pooling, bool drawsRandomBlocks)
    {
        using var kernel = Open(golden, pooling, "model.dropout=0");
        using var operators = Open(golden, pooling, "model.dropout=0");
        operators.Model.Context.AttentionByOperators = true;
        kernel.Model.Context.Dropout.Enabled = operators.Model.Context.Dropout.Enabled = drawsRandomBlocks;

        Backward(kernel);
        Backward(operators);

        using var scope = TensorScope.New();
        foreach (var (left, right) in kernel.Model.NamedParameters().Zip(operators.Model.NamedParameters()))
        {
            (left.Value.Grad is null).ShouldBe(right.Value.Grad is null, left.Name);
            if (left.Value.Grad is { } gradient)
            {
                TensorShould.BeClose(gradient.ToFloats(), right.Value.Grad!.ToFloats(), left.Name, 2e-5, 1e-4);
            }
        }
    }

    [Fact]
    public void Forward_BlockSparseTexts_SeeOtherBlocksWhileTraining()
    {
        using var classifier = Open("bigbird-sparse", "mean", "model.dropout=0");
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var batch = new PackedBatch(Documents, Device.Cpu);

        classifier.Model.Context.Dropout.Enabled = true;
        float[][] training = [.. classifier.Model.Forward(batch).Chunks.ToFloats().Chunk(3)];
        classifier.Model.Context.Dropout.Enabled = false;
        float[][] evaluating = [.. classifier.Model.Forward(batch).Chunks.ToFloats().Chunk(3)];

        for (var chunk = 0; chunk < training.Length; chunk++)
        {
            (training[chunk][0] != evaluating[chunk][0]).ShouldBe(batch.ChunkLengths[chunk] > 144, $"chunk {chunk}");
        }
    }

    /// <summary>What explanations rest on: word vectors given from outside stand for the ids.</summary>
    [Theory]
    [InlineData("longformer", "longformer")]
    [InlineData("bigbird-sparse", "bert")]
    public void Forward_WordVectorsInsteadOfIds_GivesTheSameLogits(string golden, string prefix)
    {
        using var classifier = Open(golden, "pooler");
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var table = classifier.Model.NamedParameters().Single(parameter => parameter.Name == $"{prefix}.embeddings.word_embeddings.weight").Value;
        var ofIds = new PackedBatch(Documents, Device.Cpu);
        var vectors = Tensor.Embedding(table, ofIds.InputIds);

        var logits = classifier.Model.Forward(new PackedBatch(Documents, Device.Cpu) { InputsEmbeds = vectors }).Documents.ToFloats();
        var others = classifier.Model.Forward(new PackedBatch(Documents, Device.Cpu) { InputsEmbeds = vectors * 2 }).Documents.ToFloats();

        logits.ShouldBe(classifier.Model.Forward(ofIds).Documents.ToFloats());
        others.ShouldNotBe(logits);
    }

    private static Classifier Open(string golden, string pooling, params string[] overrides) =>
        TestClassifier.ForTraining(Repo.Golden("models", golden), TestClassifier.Labels, [], ["tokenizer.max_length=512", $"model.pooling={pooling}", .. overrides]);

    private static void Backward(Classifier classifier)
    {
        using var scope = TensorScope.New();
        long[] labels = [.. Documents.Select((_, row) => row % 3L)];
        classifier.Model.Forward(new PackedBatch(Documents, Device.Cpu)).Documents.CrossEntropy(Tensor.From<long>(labels, labels.Length), reduction: Reduction.Sum).Backward();
    }
}
