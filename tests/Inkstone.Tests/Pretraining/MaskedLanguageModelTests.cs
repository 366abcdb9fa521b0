using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Pretraining;
using Inkstone.Tests.Support;
using Inkstone.Text.Tokenizing;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Pretraining;

public sealed class MaskedLanguageModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Save_ModelOfTransformers_HasItsKeysShapesAndValues()
    {
        var golden = Repo.Golden("models", "bert-mlm");
        using var model = MaskedLanguageModel.Create(GoldenStart(golden), new PretrainOptions { Model = golden }, message => message.ShouldStartWith("Matrix products"));

        model.Save(folder.Combine("saved"), DType.Float32);

        using var saved = SafetensorsReader.Open(folder.Combine("saved", "model.safetensors"));
        using var expected = SafetensorsReader.Open(Path.Combine(golden, "model.safetensors"));
        saved.Keys.Order(StringComparer.Ordinal).ShouldBe(expected.Keys.Order(StringComparer.Ordinal));
        foreach (var key in saved.Keys)
        {
            saved[key].Shape.ShouldBe(expected[key].Shape);
            saved[key].Bytes.SequenceEqual(expected[key].Bytes).ShouldBeTrue(key);
        }
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Save_HalfAsWide_SaysSoInTheConfig(DType dtype)
    {
        var golden = Repo.Golden("models", "bert-mlm");
        using var model = MaskedLanguageModel.Create(GoldenStart(golden), new PretrainOptions { Model = golden }, _ => { });

        model.Save(folder.Combine("saved"), dtype);

        using var saved = SafetensorsReader.Open(folder.Combine("saved", "model.safetensors"));
        saved.Values.ShouldAllBe(tensor => tensor.DType == dtype);
        File.ReadAllText(folder.Combine("saved", "config.json")).ShouldContain($"\"dtype\": \"{dtype.ToString().ToLowerInvariant()}\"");
    }

    [Fact]
    public void Create_FolderWithAPooler_KeepsItUntrained()
    {
        var golden = Repo.Golden("models", "bert");
        using var model = MaskedLanguageModel.Create(PretrainStart.At(golden), new PretrainOptions { Model = golden }, _ => { });

        model.Trained.ShouldAllBe(parameter => !parameter.Name.Contains("pooler", StringComparison.Ordinal));
        model.Save(folder.Combine("saved"), DType.Float32);

        using var saved = SafetensorsReader.Open(folder.Combine("saved", "model.safetensors"));
        using var before = SafetensorsReader.Open(Path.Combine(golden, "model.safetensors"));
        saved["bert.pooler.dense.weight"].Bytes.SequenceEqual(before["bert.pooler.dense.weight"].Bytes).ShouldBeTrue();
    }

    [Fact]
    public void Loss_OnGuessedRowsAlone_IsThatOfAllRowsWithTheSameGradients()
    {
        var golden = Repo.Golden("models", "bert-mlm");
        using var model = MaskedLanguageModel.Create(GoldenStart(golden), new PretrainOptions { Model = golden, Bf16 = false }, _ => { });
        using var scope = TensorScope.New();
        var batch = new PackedBatch([TestDocuments.OfLength(9), TestDocuments.OfLength(14)], Device.Cpu);
        var (rows, words) = (Tensor.From<long>([2, 3, 11, 20], 4), Tensor.From<long>([20, 33, 700, 45], 4));

        var loss = model.Network.Loss(batch, rows, words);
        loss.Backward();
        var gradients = Gradients(model);
        var all = Enumerable.Range(0, batch.TokenCount).Select(row => (long)row).ToArray();
        var plain = model.Network.Forward(batch, Tensor.From<long>(all, all.Length)).IndexSelect(0, rows).CrossEntropy(words);
        plain.Backward();

        TensorShould.BeClose(loss.Reshape(1).ToFloats(), plain.Reshape(1).ToFloats(), "loss", absolute: 1e-5);
        foreach (var (name, gradient) in Gradients(model))
        {
            TensorShould.BeClose(gradients[name], gradient, name, absolute: 1e-5);
        }
    }

    private static PretrainStart GoldenStart(string folder) => new(ModelConfig.Read(folder), WordPieceTokenizer.Load(Repo.Golden("vocab.txt")), folder);

    private static Dictionary<string, float[]> Gradients(MaskedLanguageModel model)
    {
        var gradients = model.Trained.ToDictionary(parameter => parameter.Name, parameter => parameter.Value.Grad!.ToFloats());
        foreach (var parameter in model.Trained)
        {
            parameter.Value.Grad = null;
        }

        return gradients;
    }
}
