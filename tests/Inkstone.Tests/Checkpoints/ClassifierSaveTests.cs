using System.Text.Json.Nodes;
using Inkstone.Checkpoints;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Checkpoints;

public sealed class ClassifierSaveTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("pooler", "mean")]
    [InlineData("cls", "max")]
    [InlineData("mean", "logsumexp")]
    public void Load_AfterSave_GivesTheSameLogitsBitForBit(string pooling, string aggregation)
    {
        using var original = TestClassifier.ForTraining($"model.pooling={pooling}", $"model.aggregation={aggregation}", "tokenizer.max_length=64");
        var before = GoldenTexts.LogitsOf(original);

        original.Save(scratch.Combine("saved"));
        using var again = Classifier.Load(scratch.Combine("saved"), Device.Cpu);

        GoldenTexts.LogitsOf(again).ShouldBe(before);
        again.Settings.ShouldBe(original.Settings);
        again.LabelNames.ShouldBe(original.LabelNames);
    }

    [Fact]
    public void Save_AnyClassifier_WritesTheFilesThatHuggingFaceWritesAndOurs()
    {
        using var classifier = TestClassifier.ForTraining();

        classifier.Save(scratch.Combine("saved"));

        Directory.GetFiles(scratch.Combine("saved")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(
            ["config.json", "inkstone.json", "model.safetensors", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"]);
    }

    [Fact]
    public void Save_WeightsFile_HoldsTheReferencesNamesShapesAndKind()
    {
        using var classifier = TestClassifier.ForTraining();

        classifier.Save(scratch.Combine("saved"));

        using var expected = SafetensorsReader.Open(Repo.Golden("models", "bert", "model.safetensors"));
        using var saved = SafetensorsReader.Open(scratch.Combine("saved", "model.safetensors"));
        saved.Keys.Order(StringComparer.Ordinal).ShouldBe(expected.Keys.Order(StringComparer.Ordinal));
        saved.Metadata["format"].ShouldBe("pt");
        foreach (var name in expected.Keys)
        {
            saved[name].Shape.ShouldBe(expected[name].Shape, name);
            saved[name].DType.ShouldBe(DType.Float32, name);
            TensorShould.Floats(saved[name]).ShouldBe(TensorShould.Floats(expected[name]), name);
        }
    }

    [Fact]
    public void Save_ConfigWithUnknownKeys_KeepsThemAndSaysFloat32()
    {
        var source = CopyOf("bert", config =>
        {
            config["directionality"] = "bidi";
            config["task_specific_params"] = new JsonObject { ["deep"] = new JsonArray(1, 2) };
            config["dtype"] = "float16";
        });
        using var classifier = TestClassifier.ForTraining(source, ["好评", "差评"], []);

        classifier.Save(scratch.Combine("saved"));

        var saved = ReadJson("saved", "config.json");
        saved["directionality"]!.ToString().ShouldBe("bidi");
        saved["task_specific_params"]!["deep"]![1]!.GetValue<int>().ShouldBe(2);
        saved["dtype"]!.ToString().ShouldBe("float32");
        saved.ContainsKey("torch_dtype").ShouldBeFalse();
    }

    [Fact]
    public void Save_OldConfigWithTorchDtype_KeepsThatKey()
    {
        var source = CopyOf("bert", config =>
        {
            config.Remove("dtype");
            config["torch_dtype"] = "float16";
        });
        using var classifier = TestClassifier.ForTraining(source, TestClassifier.Labels, []);

        classifier.Save(scratch.Combine("saved"));

        ReadJson("saved", "config.json")["torch_dtype"]!.ToString().ShouldBe("float32");
        ReadJson("saved", "config.json").ContainsKey("dtype").ShouldBeFalse();
    }

    [Fact]
    public void Save_ChineseLabels_StandReadableInBothMaps()
    {
        using var classifier = TestClassifier.ForTraining(Repo.Golden("models", "bert"), ["好评", "差评", "中评", "\"无\""], []);

        classifier.Save(scratch.Combine("saved"));

        var config = ReadJson("saved", "config.json");
        config["id2label"]!.ToJsonString().ShouldBe(JsonNode.Parse("""{"0":"好评","1":"差评","2":"中评","3":"\"无\""}""")!.ToJsonString());
        config["label2id"]!.ToJsonString().ShouldBe(JsonNode.Parse("""{"好评":0,"差评":1,"中评":2,"\"无\"":3}""")!.ToJsonString());
        config["architectures"]!.ToJsonString().ShouldBe("""["BertForSequenceClassification"]""");
        File.ReadAllText(scratch.Combine("saved", "config.json")).ShouldContain("好评");
        using var again = Classifier.Load(scratch.Combine("saved"), Device.Cpu);
        again.LabelNames.ShouldBe(["好评", "差评", "中评", "\"无\""]);
    }

    [Fact]
    public void Save_DropoutOfTheRecipe_StandsInTheConfig()
    {
        using var classifier = TestClassifier.ForTraining("model.dropout=0.25", "model.classifier_dropout=0.5");

        classifier.Save(scratch.Combine("saved"));

        var config = ReadJson("saved", "config.json");
        config["hidden_dropout_prob"]!.GetValue<double>().ShouldBe(0.25);
        config["attention_probs_dropout_prob"]!.GetValue<double>().ShouldBe(0.25);
        config["classifier_dropout"]!.GetValue<double>().ShouldBe(0.5);
    }

    [Fact]
    public void Save_Fails_LeavesTheOldCheckpointAndNothingElse()
    {
        using var good = TestClassifier.ForTraining();
        good.Save(scratch.Combine("best"));
        var before = BytesOf("best");
        var broken = TestClassifier.ForTraining();
        broken.Dispose();

        Should.Throw<ObjectDisposedException>(() => broken.Save(scratch.Combine("best")));

        BytesOf("best").ShouldBe(before);
        Directory.GetFileSystemEntries(scratch.Path).ShouldBe([scratch.Combine("best")]);
    }

    [Fact]
    public void Save_AfterAKilledSave_ReplacesTheFolderAndRemovesWhatWasLeft()
    {
        using var classifier = TestClassifier.ForTraining();
        classifier.Save(scratch.Combine("best"));
        var halfWritten = scratch.Combine($".best.{new string('0', 32)}.inkstone-tmp");
        Directory.CreateDirectory(halfWritten);
        File.WriteAllText(Path.Combine(halfWritten, "model.safetensors"), "half");

        using (var stillGood = Classifier.Load(scratch.Combine("best"), Device.Cpu))
        {
            stillGood.LabelNames.ShouldBe(TestClassifier.Labels);
        }

        classifier.Save(scratch.Combine("best"));

        Directory.GetFileSystemEntries(scratch.Path).ShouldBe([scratch.Combine("best")]);
    }

    [Fact]
    public void Load_FolderMovedAsideByAKilledSwap_ComesBack()
    {
        using var classifier = TestClassifier.ForTraining();
        classifier.Save(scratch.Combine("best"));
        Directory.Move(scratch.Combine("best"), scratch.Combine($".best.{new string('0', 32)}.inkstone-old"));

        using var again = Classifier.Load(scratch.Combine("best"), Device.Cpu);

        again.LabelNames.ShouldBe(TestClassifier.Labels);
    }

    private Dictionary<string, string> BytesOf(string name) =>
        Directory.GetFiles(scratch.Combine(name)).ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(File.ReadAllBytes(file)));

    private JsonObject ReadJson(params string[] parts) => JsonNode.Parse(File.ReadAllText(scratch.Combine(parts)))!.AsObject();

    private string CopyOf(string golden, Action<JsonObject> change) => GoldenFolder.Copy(golden, scratch.Combine("source"), change);
}
