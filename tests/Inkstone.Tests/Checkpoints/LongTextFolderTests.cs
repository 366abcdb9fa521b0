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

/// <summary>Longformer and BigBird folders: what is read is what transformers wrote, and what is saved has its names and keys.</summary>
public sealed class LongTextFolderTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("longformer", "LongformerForSequenceClassification")]
    [InlineData("bigbird-full", "BigBirdForSequenceClassification")]
    [InlineData("bigbird-sparse", "BigBirdForSequenceClassification")]
    public void Save_LoadedFolder_WritesTheReferencesNamesKeysAndLogits(string golden, string className)
    {
        var source = Repo.Golden("models", golden);
        var notices = new List<string>();
        using var classifier = TestClassifier.ForTraining(source, TestClassifier.Labels, notices, "tokenizer.max_length=512");

        classifier.Save(scratch.Combine("saved"));

        notices.ShouldNotContain(notice => notice.StartsWith("New", StringComparison.Ordinal) || notice.StartsWith("Missing", StringComparison.Ordinal) || notice.StartsWith("Left", StringComparison.Ordinal));
        using var saved = SafetensorsReader.Open(scratch.Combine("saved", "model.safetensors"));
        using var reference = SafetensorsReader.Open(Path.Combine(source, "model.safetensors"));
        saved.Keys.Order(StringComparer.Ordinal).ShouldBe(reference.Keys.Order(StringComparer.Ordinal));
        foreach (var tensor in reference.Values)
        {
            saved[tensor.Name].Shape.ShouldBe(tensor.Shape);
            saved[tensor.Name].Bytes.SequenceEqual(tensor.Bytes).ShouldBeTrue(tensor.Name);
        }

        var (written, read) = (Json(scratch.Combine("saved")), Json(source));
        written["architectures"]!.ToJsonString().ShouldBe($"[\"{className}\"]");
        written.Remove("problem_type");
        written.Select(pair => pair.Key).Order(StringComparer.Ordinal).ShouldBe(read.Select(pair => pair.Key).Order(StringComparer.Ordinal));
        foreach (var (key, value) in read)
        {
            JsonNode.DeepEquals(written[key], value).ShouldBeTrue(key);
        }

        using var again = Classifier.Load(scratch.Combine("saved"), Device.Cpu);
        LogitsOf(again).ShouldBe(LogitsOf(classifier));
    }

    [Theory]
    [InlineData("longformer", "longformer")]
    [InlineData("bigbird-full", "bigbird")]
    [InlineData("bert", "bert")]
    public void ForTraining_ArchitectureOfTheFolder_IsTaken(string golden, string architecture)
    {
        using var classifier = TestClassifier.ForTraining(Repo.Golden("models", golden), TestClassifier.Labels, [], $"model.architecture={architecture}");

        classifier.LabelNames.ShouldBe(TestClassifier.Labels);
    }

    [Theory]
    [InlineData("longformer", "bert", "use auto, or another model")]
    [InlineData("bigbird-full", "longformer", "use auto, or another model")]
    [InlineData("bert", "bigbird", "use auto, or another model")]
    [InlineData("bert", "longformer", "make a Longformer of it with inkstone convert --to longformer {folder} OUTPUT, or use auto")]
    public void ForTraining_AnotherArchitectureThanTheFolders_IsRefused(string golden, string architecture, string wayOut)
    {
        var folder = Repo.Golden("models", golden);
        var kind = golden.Split('-')[0];

        var refused = Should.Throw<RecipeException>(() => TestClassifier.ForTraining(folder, TestClassifier.Labels, [], $"model.architecture={architecture}"));

        refused.Message.ShouldContain(
            $"model.architecture must be {kind}, the kind of {folder}, but is {architecture}; {wayOut.Replace("{folder}", folder, StringComparison.Ordinal)}.");
    }

    [Fact]
    public void ForTraining_ClsPooling_IsRefusedWhereTheHeadReadsCls()
    {
        var folder = Repo.Golden("models", "longformer");

        Should.Throw<InvalidCheckpointException>(() => TestClassifier.ForTraining(folder, TestClassifier.Labels, [], "model.pooling=cls"))
            .Message.ShouldBe($"{folder}: is a Longformer, whose head reads [CLS] itself; set model.pooling=pooler for that head as published, or mean, but not cls.");
    }

    [Fact]
    public void ForTraining_OtherLabels_MakesTheHeadNew()
    {
        var notices = new List<string>();
        using var classifier = TestClassifier.ForTraining(Repo.Golden("models", "longformer"), ["a", "b"], notices);

        notices.ShouldContain("New, from the seed: classifier.dense.weight, classifier.dense.bias, classifier.out_proj.weight, classifier.out_proj.bias.");
    }

    [Fact]
    public void ForTraining_TextsBeyondTheOffsetTable_AreRefused() =>
        Should.Throw<InvalidCheckpointException>(() => TestClassifier.ForTraining(Repo.Golden("models", "longformer"), TestClassifier.Labels, [], "tokenizer.max_length=514"))
            .Message.ShouldContain("tokenizer.max_length is 514, but the model's position table ends at 513; set tokenizer.max_length to at most 513.");

    private static float[] LogitsOf(Classifier classifier)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        return classifier.Model.Forward(new PackedBatch([TestDocuments.OfLength(200), TestDocuments.OfLength(30, variant: 1)], Device.Cpu)).Documents.ToFloats();
    }

    private static JsonObject Json(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!.AsObject();
}
