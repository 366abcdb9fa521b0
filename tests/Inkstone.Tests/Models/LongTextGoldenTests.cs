using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Models;
using Inkstone.Models.BigBird;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Text.Chunking;
using Inkstone.Torch;
using Inkstone.Torch.Nn;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Models;

/// <summary>Outputs and gradients of transformers' LongformerForSequenceClassification and BigBirdForSequenceClassification, on texts of unequal length.</summary>
public sealed class LongTextGoldenTests
{
    [Theory]
    [InlineData("longformer", false)]
    [InlineData("longformer", true)]
    [InlineData("bigbird-full", false)]
    [InlineData("bigbird-full", true)]
    public void Forward_GoldenBatch_GivesTheReferencesLogitsAndStates(string name, bool byOperators)
    {
        using var golden = SafetensorsReader.Open(Repo.Golden("models", $"{name}.safetensors"));
        using var classifier = Classifier.Load(Repo.Golden("models", name), Device.Cpu);
        classifier.Model.Context.AttentionByOperators = byOperators;
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();

        ShouldMatch(classifier.Model, golden);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forward_BlockSparseGoldenBatch_GivesTheReferencesLogitsAndStates(bool byOperators)
    {
        using var golden = SafetensorsReader.Open(Repo.Golden("models", "bigbird-sparse.safetensors"));
        using var model = SparseAmongTextsOf((int)golden["input_ids"].Shape[1]);
        model.Context.AttentionByOperators = byOperators;
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();

        ShouldMatch(model, golden);
    }

    [Fact]
    public void Forward_BlockSparseTextAlone_IsWhatTheReferenceSaysOfTheLongestOfItsBatch()
    {
        using var golden = SafetensorsReader.Open(Repo.Golden("models", "bigbird-sparse.safetensors"));
        using var classifier = Classifier.Load(Repo.Golden("models", "bigbird-sparse"), Device.Cpu);
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();

        var logits = classifier.Model.Forward(new PackedBatch([TextsOf(golden)[0]], Device.Cpu)).Documents;

        TensorShould.BeClose(logits.ToFloats(), TensorShould.Floats(golden["logits"]).AsSpan(0, 3), "logits", 1e-5);
    }

    [Theory]
    [InlineData("longformer", false)]
    [InlineData("longformer", true)]
    [InlineData("bigbird-full", false)]
    public void Backward_GoldenBatch_GivesTheReferencesLossAndEveryGradient(string name, bool byOperators)
    {
        using var golden = SafetensorsReader.Open(Repo.Golden("models", $"{name}.safetensors"));
        using var classifier = Classifier.Load(Repo.Golden("models", name), Device.Cpu);
        classifier.Model.Context.AttentionByOperators = byOperators;
        using var scope = TensorScope.New();
        var batch = new PackedBatch(TextsOf(golden), Device.Cpu);

        var loss = classifier.Model.Forward(batch).Documents.CrossEntropy(Tensor.From<long>(TensorShould.Longs(golden["labels"]), 4));
        loss.Backward();

        TensorShould.BeClose(loss.Reshape(1), golden["loss"], "loss");
        var compared = 0;
        foreach (var parameter in classifier.Model.NamedParameters().Where(parameter => !parameter.Name.Contains(".pooler.", StringComparison.Ordinal)))
        {
            // What only other tokens than [CLS] ask in the last layer is not computed; its gradient there is 0.
            var expected = TensorShould.Floats(golden[$"grad.{parameter.Name}"]);
            TensorShould.BeClose(parameter.Value.Grad?.ToFloats() ?? new float[expected.Length], expected, parameter.Name, 1e-4);
            compared++;
        }

        compared.ShouldBe(golden.Keys.Count(key => key.StartsWith("grad.", StringComparison.Ordinal)));
    }

    private static void ShouldMatch(IDocumentClassifier model, WeightFile golden)
    {
        var texts = TextsOf(golden);
        var lengths = texts.Select(text => text.Chunks[0].InputIds.Length).ToArray();
        var batch = new PackedBatch(texts, Device.Cpu);
        var trace = new ForwardTrace();

        var withTrace = model.Forward(batch, trace).Documents;
        var logits = model.Forward(batch).Documents;

        TensorShould.BeClose(withTrace, golden["logits"], "logits of a traced pass");
        TensorShould.BeClose(logits, golden["logits"], "logits");
        trace.HiddenStates.Count.ShouldBe(4);
        for (var layer = 0; layer < trace.HiddenStates.Count; layer++)
        {
            TensorShould.BeClose(trace.HiddenStates[layer].ToFloats(), RealTokens(golden[$"hidden_states.{layer}"], lengths), $"hidden_states.{layer}", 2e-5);
        }

        trace.Attentions.Count.ShouldBe(3);
        foreach (var attentions in trace.Attentions)
        {
            ShouldBeProbabilities(attentions, lengths);
        }
    }

    /// <summary>Every token gives away all of its attention, and none of it to padding.</summary>
    private static void ShouldBeProbabilities(Tensor attentions, int[] lengths)
    {
        var (values, heads, longest) = (attentions.ToFloats(), (int)attentions.Size(1), (int)attentions.Size(3));
        for (var row = 0; row < values.Length / longest; row++)
        {
            var chunk = row / longest / heads;
            if (row % longest < lengths[chunk])
            {
                values.AsSpan(row * longest, lengths[chunk]).ToArray().Sum().ShouldBe(1, 1e-5f);
            }
        }
    }

    private static LongTextClassifier SparseAmongTextsOf(int length)
    {
        var folder = Repo.Golden("models", "bigbird-sparse");
        var config = ModelConfig.Read(folder).BigBird! with { PaddedLength = length };
        var model = BigBirdModel.ForSequenceClassification(config, labelCount: 3, Pooling.Pooler, Aggregation.Mean, new ModelContext(Device.Cpu));
        WeightLoading.Load(model.NamedParameters(), folder, keepsHead: true, 0.02, seed: 0).Missing.ShouldBeEmpty();
        return model;
    }

    private static EncodedDocument[] TextsOf(WeightFile golden) => TestDocuments.OfPadded(golden["input_ids"], golden["attention_mask"]);

    private static float[] RealTokens(StoredTensor padded, int[] lengths)
    {
        var values = TensorShould.Floats(padded);
        var (tokens, width) = ((int)padded.Shape[1], (int)padded.Shape[2]);
        return [.. lengths.SelectMany((length, row) => values.AsSpan(row * tokens * width, length * width).ToArray())];
    }
}
