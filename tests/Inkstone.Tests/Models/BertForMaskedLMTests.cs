using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Models.Bert;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Nn;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Models;

/// <summary>Outputs and the tied table's gradient of transformers' BertForMaskedLM.</summary>
public sealed class BertForMaskedLMTests
{
    private const long NotMasked = -100;
    private const int Width = 24;

    [Fact]
    public void Forward_GoldenBatch_GivesTheReferencesScoresLossAndGradientOfTheTiedTable()
    {
        using var golden = SafetensorsReader.Open(Repo.Golden("models", "bert-mlm.safetensors"));
        using var model = Load();
        using var scope = TensorScope.New();
        var (rows, words) = MaskedRows(golden);

        var scores = model.Forward(PaddedBatch(golden), Tensor.From<long>(rows, rows.Length));
        var loss = scores.CrossEntropy(Tensor.From<long>(words, words.Length));
        loss.Backward();

        var expected = TensorShould.Floats(golden["logits"]);
        TensorShould.BeClose(scores.ToFloats(), [.. rows.SelectMany(row => expected[((int)row * 812)..(((int)row + 1) * 812)])], "logits at masked rows", absolute: 1e-4);
        TensorShould.BeClose(loss.Reshape(1), golden["loss"], "loss", absolute: 1e-4);
        var table = model.NamedParameters().Single(parameter => parameter.Name == "bert.embeddings.word_embeddings.weight").Value;
        // transformers gives [PAD]'s row no gradient where it is looked up; our own batches never look it up.
        const int Padding = 64;
        TensorShould.BeClose(
            table.Grad!.ToFloats().AsSpan(Padding), TensorShould.Floats(golden["grad.bert.embeddings.word_embeddings.weight"]).AsSpan(Padding), "gradient of the word table", absolute: 1e-4);
    }

    [Fact]
    public void Forward_OtherActivation_IsUsedByTheHeadToo()
    {
        using var gelu = Load();
        using var relu = Load(config => config with { HiddenAct = "relu", NumHiddenLayers = 0 }, "bert.encoder");
        using var geluAlone = Load(config => config with { NumHiddenLayers = 0 }, "bert.encoder");
        using var scope = TensorScope.New();
        using var noGrad = GradMode.NoGrad();
        var batch = new PackedBatch([TestDocuments.OfLength(8)], Device.Cpu);
        var rows = Tensor.From<long>([3], 1);

        // No layer is left, so only the head can tell the two apart.
        relu.Forward(batch, rows).ToFloats().ShouldNotBe(geluAlone.Forward(batch, rows).ToFloats());
    }

    [Fact]
    public void NamedParameters_AreThoseOfTheFolder()
    {
        using var model = Load();
        using var file = SafetensorsReader.Open(Repo.Golden("models", "bert-mlm", "model.safetensors"));

        model.NamedParameters().Select(parameter => parameter.Name).Where(name => !name.Contains(".pooler.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ShouldBe(file.Keys.Where(name => !name.StartsWith("cls.predictions.decoder", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private static BertForMaskedLM Load(Func<BertConfig, BertConfig>? change = null, string? without = null)
    {
        var folder = Repo.Golden("models", "bert-mlm");
        var config = ModelConfig.Read(folder).Bert;
        var model = new BertForMaskedLM(change is null ? config : change(config), new ModelContext(Device.Cpu) { AttentionByOperators = true });
        var report = WeightLoading.Load(model.NamedParameters(), folder, keepsHead: true, 0.02, seed: 0);
        report.Missing.ShouldBeEmpty();
        report.LeftOver.Where(name => without is null || !name.StartsWith(without, StringComparison.Ordinal)).ShouldBeEmpty();
        return model;
    }

    private static (long[] Rows, long[] Words) MaskedRows(WeightFile golden)
    {
        var labels = TensorShould.Longs(golden["labels"]);
        long[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => labels[row] != NotMasked).Select(row => (long)row)];
        return (rows, Array.ConvertAll(rows, row => labels[row]));
    }

    /// <summary>
    /// The reference also guesses words in the padding, which we never compute. So its padding goes in as tokens that nobody
    /// may look at; a longer text that nobody asks for makes the batch ragged, so that it has a mask to say so in.
    /// </summary>
    private static PackedBatch PaddedBatch(WeightFile golden)
    {
        var (ids, mask) = (TensorShould.Longs(golden["input_ids"]), TensorShould.Longs(golden["attention_mask"]));
        var texts = ids.Chunk(Width).Select(row => TestDocuments.OfOneChunk(Array.ConvertAll(row, id => (int)id)));
        var batch = new PackedBatch([.. texts, TestDocuments.OfLength(Width + 1)], Device.Cpu);
        var bias = batch.Padding!.AttentionBias.AsSpan<float>();
        for (var token = 0; token < ids.Length; token++)
        {
            bias[(token / Width * (Width + 1)) + (token % Width)] = mask[token] == 1 ? 0 : float.MinValue;
        }

        return batch;
    }
}
