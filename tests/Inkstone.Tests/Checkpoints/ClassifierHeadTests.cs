using System.Text.Json.Nodes;
using Inkstone.Checkpoints;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Checkpoints;

/// <summary>Which weights a fine-tuning starts from, and what it says of those that the folder lacks or has too many.</summary>
public sealed class ClassifierHeadTests : IDisposable
{
    private const string NewHead = "New, from the seed: classifier.weight, classifier.bias.";

    private readonly TemporaryFolder scratch = new();
    private readonly List<string> notices = [];

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void ForTraining_SameLabels_KeepsTheHeadInSilence()
    {
        using var classifier = TestClassifier.ForTraining(Repo.Golden("models", "bert"), TestClassifier.Labels, notices);

        HeadOf(classifier).ShouldBe(StoredHead());
        notices.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("negative", "positive")]
    [InlineData("happy", "sad", "angry")]
    [InlineData("positive", "neutral", "negative")]
    public void ForTraining_OtherLabelsOrAnotherOrder_StartsANewHeadAndSaysSo(params string[] labels)
    {
        using var classifier = TestClassifier.ForTraining(Repo.Golden("models", "bert"), labels, notices);

        notices.ShouldBe([NewHead]);
        HeadOf(classifier).Length.ShouldBe(labels.Length * 64);
        HeadOf(classifier).Intersect(StoredHead()).ShouldBeEmpty();
        StandardDeviation(HeadOf(classifier)).ShouldBe(0.02, 0.006);   // initializer_range, 4 standard errors of 128 draws
    }

    [Fact]
    public void ForTraining_NewHead_IsAFunctionOfTheSeed()
    {
        float[] Head(int seed)
        {
            using var classifier = TestClassifier.ForTraining(Repo.Golden("models", "bert"), ["a", "b"], [], $"training.seed={seed}");
            return HeadOf(classifier);
        }

        Head(1).ShouldBe(Head(1));
        Head(1).ShouldNotBe(Head(2));
    }

    [Fact]
    public void ForTraining_InventedNamesOfTheSameCount_KeepsTheHeadUnderTheNewNames()
    {
        var source = Copy(config => config["id2label"] = JsonNode.Parse("""{"0":"LABEL_0","1":"LABEL_1","2":"LABEL_2"}"""));

        using var classifier = TestClassifier.ForTraining(source, ["a", "b", "c"], notices);

        HeadOf(classifier).ShouldBe(StoredHead());
        classifier.LabelNames.ShouldBe(["a", "b", "c"]);
        notices.ShouldBeEmpty();
    }

    [Fact]
    public void ForTraining_InventedNamesOfAnotherCount_StartsANewHead()
    {
        var source = Copy(config => config["id2label"] = JsonNode.Parse("""{"0":"LABEL_0","1":"LABEL_1","2":"LABEL_2"}"""));

        using var classifier = TestClassifier.ForTraining(source, ["a", "b"], notices);

        notices.ShouldBe([NewHead]);
    }

    /// <summary>transformers writes no id2label where it is LABEL_0 and LABEL_1: every plain binary classifier lacks it.</summary>
    [Fact]
    public void Load_BinaryClassifierWithoutId2Label_HasTheTwoNamesThatHuggingFaceGivesIt()
    {
        using (var binary = TestClassifier.ForTraining(Repo.Golden("models", "bert"), ["LABEL_0", "LABEL_1"], []))
        {
            binary.Save(scratch.Combine("binary"));
        }

        var config = JsonNode.Parse(File.ReadAllText(scratch.Combine("binary", "config.json")))!.AsObject();
        config.Remove("id2label");
        config.Remove("label2id");
        File.WriteAllText(scratch.Combine("binary", "config.json"), config.ToJsonString());

        using var classifier = Classifier.Load(scratch.Combine("binary"), Device.Cpu);
        using var continued = TestClassifier.ForTraining(scratch.Combine("binary"), ["差评", "好评"], notices);

        classifier.LabelNames.ShouldBe(["LABEL_0", "LABEL_1"]);
        PretrainedFolder.Open(scratch.Combine("binary")).LabelNames.ShouldBeEmpty();
        HeadOf(continued).ShouldBe(HeadOf(classifier));
        notices.ShouldBeEmpty();
    }

    [Fact]
    public void Load_EncoderWithoutLabels_SaysHowToFineTuneIt()
    {
        var source = Copy(config =>
        {
            config.Remove("id2label");
            config["architectures"] = new JsonArray("BertForMaskedLM");
        });

        var error = Should.Throw<InvalidCheckpointException>(() => Classifier.Load(source, Device.Cpu));

        error.Message.ShouldBe($"{source}: is no trained classifier: its config.json has no id2label. Fine-tune it first: inkstone train RECIPE --model {source}");
    }

    [Fact]
    public void ForTraining_EncoderWeightsMissing_NamesThem()
    {
        var source = Copy(_ => { });
        Rewrite(source, name => name == "bert.encoder.layer.1.attention.self.query.weight" ? null : name);

        using var classifier = TestClassifier.ForTraining(source, TestClassifier.Labels, notices);

        notices.ShouldBe(["Missing in the folder, so they start from the seed and know nothing: bert.encoder.layer.1.attention.self.query.weight. Is it the right folder?"]);
    }

    [Fact]
    public void ForTraining_WeightsOfAnotherModel_CountsWhatIsMissingAndLeftOver()
    {
        var source = Copy(_ => { });
        Rewrite(source, name => name.StartsWith("bert.", StringComparison.Ordinal) ? $"roberta.{name[5..]}" : name);

        using var classifier = TestClassifier.ForTraining(source, TestClassifier.Labels, notices);

        notices.Count.ShouldBe(3);
        notices[0].ShouldBe("New, from the seed: bert.pooler.dense.weight, bert.pooler.dense.bias.");
        notices[1].ShouldStartWith("Missing in the folder, so they start from the seed and know nothing: bert.embeddings.word_embeddings.weight, ");
        notices[1].ShouldContain(" and 48 more. Is it the right folder?");
        notices[2].ShouldStartWith("Left over in the folder, not used: roberta.embeddings.");
    }

    [Fact]
    public void ForTraining_FolderOfPretraining_ListsTheHeadThatIsNotUsed()
    {
        var source = Copy(_ => { });
        Rewrite(source, name => name.StartsWith("classifier.", StringComparison.Ordinal) ? $"cls.predictions.{name}" : name);

        using var classifier = TestClassifier.ForTraining(source, TestClassifier.Labels, notices);

        notices.ShouldBe([NewHead, "Left over in the folder, not used: cls.predictions.classifier.bias, cls.predictions.classifier.weight."], ignoreOrder: true);
    }

    [Fact]
    public void ForTraining_TensorOfAnotherShape_NamesBothShapes()
    {
        var source = Copy(config => config["intermediate_size"] = 96);

        var error = Should.Throw<InvalidCheckpointException>(() => TestClassifier.ForTraining(source, TestClassifier.Labels, notices));

        error.Message.ShouldBe($"{source}: bert.encoder.layer.0.intermediate.dense.weight is [128, 64] in the weights, but config.json asks for [96, 64]. The two files do not belong together.");
    }

    [Fact]
    public void ForTraining_ClassWeightsOfAnotherCount_AreRefused()
    {
        var error = Should.Throw<Inkstone.Recipes.RecipeException>(() => TestClassifier.ForTraining("loss.class_weights=[1, 2]"));

        error.Message.ShouldContain("loss.class_weights must be one weight for each of the 3 labels (negative, neutral, positive), but has 2");
    }

    private static float[] HeadOf(Classifier classifier) => classifier.Model.NamedParameters().Single(parameter => parameter.Name == "classifier.weight").Value.ToFloats();

    private static float[] StoredHead()
    {
        using var file = SafetensorsReader.Open(Repo.Golden("models", "bert", "model.safetensors"));
        return TensorShould.Floats(file["classifier.weight"]);
    }

    private static double StandardDeviation(float[] values) => Math.Sqrt(values.Average(value => (double)value * value));

    private string Copy(Action<JsonObject> change) => GoldenFolder.Copy("bert", scratch.Combine("source"), change);

    /// <summary>Writes the weights anew under other names; null leaves one out.</summary>
    private static void Rewrite(string folder, Func<string, string?> rename)
    {
        var path = Path.Combine(folder, "model.safetensors");
        using (var file = SafetensorsReader.Open(Repo.Golden("models", "bert", "model.safetensors")))
        using (var target = File.Create(path))
        {
            SafetensorsWriter.Write(target, [.. file.Values.Where(tensor => rename(tensor.Name) is not null)
                .Select(tensor => new StoredTensor(rename(tensor.Name)!, tensor.DType, tensor.Shape, tensor.Pointer))]);
        }
    }
}
