using System.Text.Json.Nodes;
using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Checkpoints;

/// <summary><c>model.max_position_embeddings</c> beyond the folder's table.</summary>
public sealed class PositionTableTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("bert", "bert", 512, 0)]
    [InlineData("longformer", "longformer", 513, 1)]
    [InlineData("bigbird-full", "bert", 1024, 0)]
    public void ForTraining_MorePositions_RepeatsTheTableAndSavesIt(string golden, string prefix, int stored, int firstRow)
    {
        const int Wanted = 1300;
        var notices = new List<string>();
        using var classifier = TestClassifier.ForTraining(
            Repo.Golden("models", golden), TestClassifier.Labels, notices, $"model.max_position_embeddings={Wanted}", $"tokenizer.max_length={Wanted}");

        classifier.Save(scratch.Combine("saved"));

        notices.ShouldContain(notice => notice.StartsWith(
            $"Positions {stored} to {Wanted - 1} are copies of those before: the model has never seen texts over {stored} tokens. Such a table needs continued pretraining", StringComparison.Ordinal));
        var name = $"{prefix}.embeddings.position_embeddings.weight";
        using var before = SafetensorsReader.Open(Path.Combine(Repo.Golden("models", golden), "model.safetensors"));
        using var after = SafetensorsReader.Open(scratch.Combine("saved", "model.safetensors"));
        after[name].Shape.ShouldBe([Wanted + firstRow, 64]);
        var (old, grown) = (TensorShould.Floats(before[name]), TensorShould.Floats(after[name]));
        grown[..old.Length].ShouldBe(old);
        grown[old.Length..(old.Length + 64)].ShouldBe(old[(firstRow * 64)..((firstRow + 1) * 64)]);
        grown[^64..].ShouldBe(old[((firstRow + ((Wanted - 1) % stored)) * 64)..][..64]);
        Json("config.json")["max_position_embeddings"]!.GetValue<int>().ShouldBe(Wanted + firstRow);
        Json("tokenizer_config.json")["model_max_length"]!.GetValue<int>().ShouldBe(Wanted);
    }

    [Fact]
    public void ForTraining_MorePositions_KeepsTheLogitsOfShorterTextsAndTakesLongerOnes()
    {
        var folder = Repo.Golden("models", "bert");
        using var plain = TestClassifier.ForTraining(folder, TestClassifier.Labels, []);
        using var grown = TestClassifier.ForTraining(folder, TestClassifier.Labels, [], "model.max_position_embeddings=1024", "tokenizer.max_length=1024");
        grown.Save(scratch.Combine("saved"));
        using var again = Classifier.Load(scratch.Combine("saved"), Device.Cpu);

        LogitsOf(grown, 512).ShouldBe(LogitsOf(plain, 512));
        LogitsOf(again, 1024).ShouldBe(LogitsOf(grown, 1024));
        LogitsOf(grown, 1024).ShouldNotBe(LogitsOf(grown, 1023));
    }

    [Fact]
    public void ForTraining_FolderThatHasThemAlready_SaysNothing()
    {
        var notices = new List<string>();
        using (var grown = TestClassifier.ForTraining(Repo.Golden("models", "bert"), TestClassifier.Labels, [], "model.max_position_embeddings=600"))
        {
            grown.Save(scratch.Combine("saved"));
        }

        using var again = TestClassifier.ForTraining(scratch.Combine("saved"), TestClassifier.Labels, notices, "model.max_position_embeddings=600");

        notices.ShouldNotContain(notice => notice.StartsWith("Positions", StringComparison.Ordinal));
    }

    [Fact]
    public void ForTraining_FewerPositionsThanTheFolder_IsRefused()
    {
        var folder = Repo.Golden("models", "bert");

        Should.Throw<RecipeException>(() => TestClassifier.ForTraining(folder, TestClassifier.Labels, [], "model.max_position_embeddings=256")).Message.ShouldContain(
            $"model.max_position_embeddings must be at least 512, the positions that {folder} has, but is 256; a table only grows. Use null for the model's own, and tokenizer.max_length for shorter texts.");
    }

    private static float[] LogitsOf(Classifier classifier, int tokens)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        return classifier.Model.Forward(new PackedBatch([TestDocuments.OfLength(tokens)], Device.Cpu)).Documents.ToFloats();
    }

    private JsonObject Json(string name) => JsonNode.Parse(File.ReadAllText(scratch.Combine("saved", name)))!.AsObject();
}
