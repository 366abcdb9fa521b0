using Inkstone.Batching;
using Inkstone.Tests.Support;
using Inkstone.Text.Chunking;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Models;

/// <summary>Longformer and BigBird on documents whose chunks go through the encoder in parts: the masks and gradients of the whole.</summary>
public sealed class LongTextPartsTests
{
    private static readonly EncodedDocument[] Documents =
    [
        TestDocuments.OfLength(90), TestDocuments.OfChunks([.. Enumerable.Range(0, 4).Select(variant => TestDocuments.OfLength(160, variant).Chunks[0].InputIds)]), TestDocuments.OfLength(30, variant: 5),
    ];

    [Theory]
    [InlineData("longformer", "pooler")]
    [InlineData("longformer", "mean")]
    [InlineData("bigbird-sparse", "pooler")]
    [InlineData("bigbird-sparse", "mean")]
    public void Forward_InParts_HasTheMasksAndGradientsOfTheWhole(string golden, string pooling)
    {
        var whole = LogitsAndGradients(int.MaxValue);

        var parts = LogitsAndGradients(200);

        TensorShould.BeClose(parts[""], whole[""], "logits of chunks", 1e-5, 1e-5);
        parts.Count.ShouldBe(whole.Count);
        foreach (var (name, gradient) in whole)
        {
            TensorShould.BeClose(parts[name], gradient, name, 2e-5, 1e-4);
        }

        Dictionary<string, float[]> LogitsAndGradients(int mostTokens)
        {
            using var classifier = TestClassifier.ForTraining(
                Repo.Golden("models", golden), TestClassifier.Labels, [], "model.dropout=0.2", "tokenizer.max_length=512", $"model.pooling={pooling}");
            using var scope = TensorScope.New();
            classifier.Model.Context.Dropout.Enabled = true;
            var logits = classifier.Model.Forward(new PackedBatch(new PackedTokens(Documents), Device.Cpu, mostTokens));
            logits.Documents.CrossEntropy(Tensor.From<long>([0, 1, 2], 3)).Backward();
            var found = new Dictionary<string, float[]> { [""] = logits.Chunks.ToFloats() };
            foreach (var parameter in classifier.Model.NamedParameters().Where(parameter => parameter.Value.Grad is not null))
            {
                found[parameter.Name] = parameter.Value.Grad!.ToFloats();
            }

            return found;
        }
    }
}
