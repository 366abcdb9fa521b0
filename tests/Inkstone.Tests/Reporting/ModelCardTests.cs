using Inkstone.Recipes;
using Inkstone.Reporting;
using Inkstone.Reporting.Cards;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;
using YamlDotNet.Serialization;

namespace Inkstone.Tests.Reporting;

public sealed class ModelCardTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Write_JudgedRun_HasMetadataThatTheHubReads()
    {
        var run = RunRecord.Read(SampleRun.Write(scratch.Combine("run"), ["bad", "good"], SampleRun.Rows(40, 2)));

        var metadata = MetadataOf(ModelCard.Write(run));

        metadata["pipeline_tag"].ShouldBe("text-classification");
        metadata["language"].ShouldBe(new List<object> { "zh" });
        metadata.ShouldNotContainKey("license");       // nobody told
        metadata.ShouldNotContainKey("base_model");    // a folder of this machine leads nowhere
        var model = (Dictionary<object, object>)((List<object>)metadata["model-index"])[0];
        model["name"].ShouldBe("run");
        var result = (Dictionary<object, object>)((List<object>)model["results"])[0];
        ((Dictionary<object, object>)result["task"])["type"].ShouldBe("text-classification");
        ((Dictionary<object, object>)result["dataset"])["name"].ShouldBe("reviews/test.csv");
        var accuracy = ((List<object>)result["metrics"]).Cast<Dictionary<object, object>>().Single(metric => (string)metric["type"] == "accuracy");
        accuracy["value"].ShouldBe("0.75");
    }

    [Fact]
    public void Write_EncoderOfTheHub_IsNamedAndItsLicenseTaken()
    {
        var encoder = Directory.CreateDirectory(scratch.Combine("encoder")).FullName;
        File.WriteAllText(Path.Combine(encoder, "README.md"), "---\nlanguage: zh\nlicense: apache-2.0\n---\ntext\n");
        var data = new DataOptions { TrainFile = "/data/train.csv" };
        var ofHub = RunRecord.Read(SampleRun.Write(scratch.Combine("a"), ["bad", "good"], SampleRun.Rows(8, 2), new() { Data = data, Model = new() { NameOrPath = "org/encoder" } }));
        var ofFolder = RunRecord.Read(SampleRun.Write(scratch.Combine("b"), ["bad", "good"], SampleRun.Rows(8, 2), new() { Data = data, Model = new() { NameOrPath = encoder } }));

        MetadataOf(ModelCard.Write(ofHub))["base_model"].ShouldBe("org/encoder");
        MetadataOf(ModelCard.Write(ofFolder))["license"].ShouldBe("apache-2.0");
    }

    [Fact]
    public void Write_LabelsWithMarkup_CannotBreakTheTable()
    {
        var run = RunRecord.Read(SampleRun.Write(scratch.Combine("run"), ["a|b", "<script>"], SampleRun.Rows(40, 2)));

        var card = ModelCard.Write(run);

        card.ShouldNotContain("<script>");
        card.ShouldContain("| a\\|b | 20 |");
    }

    [Fact]
    public void Write_SeenRows_StandsBesideTheUnseen()
    {
        var run = RunRecord.Read(SampleRun.Write(scratch.Combine("run"), ["bad", "good"], SampleRun.Rows(40, 2), seen: [.. Enumerable.Range(0, 40).Select(number => number < 10)]));

        ModelCard.Write(run).ShouldContain("| | all rows (40) | not seen in training (30) | seen in training (10) |");
    }

    [Fact]
    public void CardFile_TextThatNobodyChanged_IsWrittenAnew()
    {
        var path = scratch.Combine("README.md");

        CardFile.Write(path, "# One\n").ShouldBeTrue();
        CardFile.Write(path, "# Two\n").ShouldBeTrue();

        File.ReadAllText(path).ShouldStartWith("# Two\n");
    }

    [Theory]
    [InlineData("# Mine\n")]
    [InlineData("")]
    public void CardFile_SomebodysOwn_IsLeftAsItIs(string own)
    {
        var path = scratch.Combine("README.md");
        File.WriteAllText(path, own);

        CardFile.Write(path, "# Ours\n").ShouldBeFalse();

        File.ReadAllText(path).ShouldBe(own);
    }

    [Fact]
    public void CardFile_OneLetterChanged_IsSomebodysOwn()
    {
        var path = scratch.Combine("README.md");
        CardFile.Write(path, "# Ours\n");
        File.WriteAllText(path, File.ReadAllText(path).Replace("Ours", "ours", StringComparison.Ordinal));

        CardFile.Write(path, "# Ours\n").ShouldBeFalse();
    }

    private static Dictionary<string, object> MetadataOf(string card)
    {
        card.ShouldStartWith("---\n");
        return new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(card[4..card.IndexOf("\n---\n", StringComparison.Ordinal)]);
    }
}
