using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Models;
using Inkstone.Predicting;
using Inkstone.Tests.Support;
using Inkstone.Text.Chunking;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Models;

/// <summary>A second encoder over the chunks of a document: what it must know, and what it must not.</summary>
public sealed class HierarchicalBertTests
{
    private static readonly EncodedDocument Long = TestDocuments.OfChunks([.. Enumerable.Range(0, 5).Select(variant => TestDocuments.OfLength(9 + variant, variant).Chunks[0].InputIds)]);
    private static readonly EncodedDocument Pair = TestDocuments.OfChunks(Long.Chunks[2].InputIds, Long.Chunks[0].InputIds);
    private static readonly EncodedDocument Alone = TestDocuments.OfLength(14, 3);

    [Theory]
    [InlineData("lstm")]
    [InlineData("transformer")]
    [InlineData("attention")]
    public void Forward_DocumentsOfManyCounts_DependOnNoOther(string chunkEncoder)
    {
        using var classifier = Create(chunkEncoder);

        var together = LogitsOf(classifier, Pair, Long, Alone);

        TensorShould.BeClose(together[0], LogitsOf(classifier, Pair)[0], "two chunks", 1e-5);
        TensorShould.BeClose(together[1], LogitsOf(classifier, Long)[0], "five chunks", 1e-5);
        TensorShould.BeClose(together[2], LogitsOf(classifier, Alone)[0], "one chunk", 1e-5);
    }

    [Theory]
    [InlineData("lstm", true)]
    [InlineData("transformer", true)]
    [InlineData("attention", false)]
    public void Forward_ChunksInAnotherOrder_MattersWhereOrderIsRead(string chunkEncoder, bool matters)
    {
        using var classifier = Create(chunkEncoder);
        var reversed = TestDocuments.OfChunks([.. Long.Chunks.Reverse().Select(chunk => chunk.InputIds)]);

        var difference = LogitsOf(classifier, Long)[0].Zip(LogitsOf(classifier, reversed)[0], (left, right) => Math.Abs(left - right)).Max();

        (difference > 1e-4f).ShouldBe(matters, $"logits differ by {difference}");
    }

    [Theory]
    [InlineData("lstm", true)]
    [InlineData("transformer", true)]
    [InlineData("attention", false)]
    public void Forward_AChunkAmongOthers_IsReadInTheirLight(string chunkEncoder, bool isContextual)
    {
        using var classifier = Create(chunkEncoder);

        var among = ScoresOf(classifier, Long)[0].Chunks[2];
        var alone = ScoresOf(classifier, TestDocuments.OfChunks(Long.Chunks[2].InputIds))[0].Chunks[0];

        (among.Zip(alone, (left, right) => Math.Abs(left - right)).Max() > 1e-4f).ShouldBe(isContextual);
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("transformer")]
    public void Forward_EqualWeights_DocumentIsTheMeanOfItsChunks(string chunkEncoder)
    {
        using var classifier = Create(chunkEncoder);

        var scores = ScoresOf(classifier, Long)[0];

        TensorShould.BeClose(scores.Document, [.. Enumerable.Range(0, 3).Select(label => scores.Chunks.Average(chunk => chunk[label]))], "mean", 1e-5);
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("transformer")]
    [InlineData("attention")]
    public void SaveAndLoad_TrainedHead_GivesTheSameLogits(string chunkEncoder)
    {
        using var folder = new TemporaryFolder();
        using var classifier = Create(chunkEncoder);
        classifier.Save(folder.Combine("saved"));

        File.ReadAllText(folder.Combine("saved", "config.json")).ShouldContain("\"HierarchicalBert\"");
        using var loaded = Classifier.Load(folder.Combine("saved"));

        loaded.Settings.ChunkEncoder.ToString()!.ToLowerInvariant().ShouldBe(chunkEncoder);
        LogitsOf(loaded, Long, Alone).SelectMany(logits => logits).ShouldBe(LogitsOf(classifier, Long, Alone).SelectMany(logits => logits));
    }

    /// <summary>More chunks than the Transformer has places.</summary>
    [Fact]
    public void Forward_ThreeHundredChunks_StillHasLogits()
    {
        using var classifier = Create("transformer");

        LogitsOf(classifier, TestDocuments.OfChunks([.. Enumerable.Range(0, 300).Select(variant => TestDocuments.OfLength(4, variant).Chunks[0].InputIds)]))[0].ShouldAllBe(logit => float.IsFinite(logit));
    }

    [Fact]
    public void Forward_FrozenEncoder_ComputesADocumentOnceAndGivesWhatItGave()
    {
        using var learning = Create("lstm");
        using var frozen = Create("lstm", "model.freeze_encoder=true");
        var model = frozen.Model.ShouldBeOfType<FrozenEncoder>();

        var first = LogitsOf(frozen, Long, Alone);
        model.Known.ShouldBe(2);
        var again = LogitsOf(frozen, Alone, Pair, Long);

        model.Known.ShouldBe(3);
        again[2].ShouldBe(first[0]);
        TensorShould.BeClose(first[0], LogitsOf(learning, Long)[0], "logits", 1e-5);
        model.NamedParameters().Where(parameter => parameter.Value.RequiresGrad).ShouldAllBe(parameter => !parameter.Name.StartsWith("bert.", StringComparison.Ordinal));
        model.NamedParameters().ShouldContain(parameter => parameter.Value.RequiresGrad);
    }

    [Fact]
    public void Forward_FrozenEncoderWhileTraining_DropsNothingInside()
    {
        using var frozen = Create("attention", "model.freeze_encoder=true", "model.dropout=0.5", "model.classifier_dropout=0");
        var predicted = LogitsOf(frozen, Long)[0];

        frozen.Model.Context.Dropout.Enabled = true;
        using var scope = TensorScope.New();
        var trained = frozen.Model.Forward(new PackedBatch([Long], Device.Cpu)).Documents.ToFloats();

        TensorShould.BeClose(trained, predicted, "logits", 1e-6);
    }

    private static Classifier Create(string chunkEncoder, params string[] overrides) =>
        TestClassifier.ForTraining(["model.architecture=hierarchical", $"model.chunk_encoder={chunkEncoder}", "tokenizer.long_text=chunk", "tokenizer.stride=32", .. overrides]);

    private static float[][] LogitsOf(Classifier classifier, params EncodedDocument[] documents) => [.. ScoresOf(classifier, documents).Select(scores => scores.Document)];

    private static DocumentScores[] ScoresOf(Classifier classifier, params EncodedDocument[] documents) => LogitsReader.Read(classifier.Model, documents, 8, null, null, default);
}
