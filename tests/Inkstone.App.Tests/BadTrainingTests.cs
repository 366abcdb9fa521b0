using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>Trainings that make no sense, as a user meets them: exit code 2, a sentence that names the key, and nothing written.</summary>
public sealed class BadTrainingTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("optimizer.learning_rate must be above 0 and below 1, but is 0", "optimizer.learning_rate=0")]
    [InlineData("optimizer.learning_rate must be above 0 and below 1, but is -2e-05", "optimizer.learning_rate=-2e-5")]
    [InlineData("training.num_train_epochs must be at least 1, but is 0", "training.num_train_epochs=0")]
    [InlineData("training.metric_for_best_model must be one of f1_macro, ", "training.metric_for_best_model=f1_makro")]
    [InlineData("training.fp16 must be false where training.bf16 is true", "training.fp16=true", "training.bf16=true")]
    public void Train_SettingThatMakesNoSense_IsRefusedNamingTheKey(string sentence, params string[] settings)
    {
        Train(settings).ShouldBeRefused(sentence);

        Directory.Exists(scratch.Of("run")).ShouldBeFalse();
    }

    [Fact]
    public void Train_MoreFrozenLayersThanThereAre_IsRefusedBeforeAnythingIsWritten()
    {
        Train("model.freeze_layers=4").ShouldExit(2).Stderr.ShouldContain("error: model.freeze_layers must be at most 3, the layers of this encoder, but is 4; 0 freezes nothing.");

        Directory.Exists(scratch.Of("run")).ShouldBeFalse();
        Train("model.freeze_layers=3", "training.max_steps=1").ShouldExit(0);
    }

    [Fact]
    public void Train_ClassWithoutARowUnderBalanced_IsRefusedBeforeAnythingIsWritten()
    {
        var run = Train("loss.class_weights=balanced", "data.label_names=[negative, neutral, positive, mixed]").ShouldExit(2);

        run.Stderr.ShouldContain("error: loss.class_weights=balanced needs a training row of each class, but there is none of mixed; add rows,");
        Directory.Exists(scratch.Of("run")).ShouldBeFalse();
    }

    [Fact]
    public void Train_Float16WithoutAGpu_IsRefusedAndNamesBFloat16()
    {
        Assert.SkipWhen(Checkpoints.ComputeDevice.Default.IsCuda, "there is a GPU here, so float16 is not refused");
        Train("training.fp16=true").ShouldBeRefused("training.fp16=true needs a CUDA device, and this run computes on the processor; set training.fp16=false, and training.bf16=true");

        Directory.Exists(scratch.Of("run")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/proc/x", "/proc/x cannot be written: no folder can be made there. Choose another --output-dir.")]
    [InlineData("r.yaml/run", "r.yaml is a file. Choose another --output-dir.")]
    public void Train_FolderThatCannotBeMade_IsRefusedBeforeDataAreRead(string folder, string sentence)
    {
        var recipe = scratch.Write("r.yaml", Golden.Recipe);

        var run = CliRun.Of("train", recipe, "--output-dir", folder[0] == '/' ? folder : scratch.Of(folder), "--train-file", scratch.Of("nowhere.csv"));

        run.ShouldBeRefused(sentence);
        scratch.Names.ShouldBe(["r.yaml"]);
    }

    [Fact]
    public void Train_SeedsThatNothingCompares_AreRefusedBeforeTheFirst() => CliRun.Of(
        "train", scratch.Write("r.yaml", Golden.Recipe), "--output-dir", scratch.Of("run"), "--seeds", "1", "2", "--set", "data.validation_file=[]", "data.validation_split=0", "training.eval_strategy=no")
        .ShouldBeRefused("several seeds are compared on test or validation rows, and this recipe has neither");

    [Fact]
    public void Train_OptionWithoutItsValue_IsNamedAndNotTheNext() =>
        CliRun.Of("train", "r.yaml", "--seeds", "-o", "run").ShouldBeRefused("a value is missing before -o.");

    [Fact]
    public void Train_FolderFullOfSomethingElse_IsRefusedAndLeftAlone()
    {
        Directory.CreateDirectory(scratch.Of("home"));
        var thesis = scratch.Write("home/thesis.txt", "mine");

        CliRun.Of("train", scratch.Write("r.yaml", Golden.Recipe), "--output-dir", scratch.Of("home"))
            .ShouldBeRefused($"{scratch.Of("home")} exists and is not empty; nothing in it was touched. Choose another --output-dir");

        Directory.GetFileSystemEntries(scratch.Of("home")).ShouldBe([thesis]);
    }

    private CliRun Train(params string[] settings) => CliRun.Of(["train", scratch.Write("r.yaml", Golden.Recipe), "--output-dir", scratch.Of("run"), "--set", .. settings]);
}
