using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

public sealed class SweepTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Sweep_GridAndSeeds_RunsEveryCellOnceAndComparesThem()
    {
        var (recipe, folder) = (scratch.Write("tiny.yaml", Golden.Recipe), scratch.Of("sweep"));
        string[] call = ["sweep", recipe, "--grid", "model.pooling=cls,mean", "--seeds", "2", "--output-dir", folder, "--set", "training.max_steps=2", "training.seed=5"];

        var sweep = CliRun.Of(call).ShouldExit(0);

        sweep.LastLine["settings"]!.AsArray().Count.ShouldBe(2);
        sweep.LastLine["settings"]![0]!["runs"]!.AsArray().Count.ShouldBe(2);
        foreach (var name in new[] { "pooling=cls", "pooling=mean" })
        {
            File.ReadAllText(Path.Combine(folder, name, "seed-6", "recipe.yaml")).ShouldContain($"pooling: {name[8..]}");
            File.Exists(Path.Combine(folder, name, "seed-5", "report.html")).ShouldBeTrue();
        }

        sweep.Stdout.ShouldContain("±");
        sweep.Stdout.ShouldContain("model.pooling: ");
        sweep.Stdout.ShouldContain("2 runs each");
        File.ReadAllText(Path.Combine(folder, "findings.md")).ShouldContain("2 settings, 4 runs");
        File.ReadAllText(Path.Combine(folder, "report.html")).ShouldContain("pooling%3Dcls/seed-5/report.html");

        // Again, with one value more: what is there is kept, the rest is added.
        var kept = File.GetLastWriteTimeUtc(Path.Combine(folder, "pooling=cls", "seed-5", "best", "model.safetensors"));
        call[3] = "model.pooling=cls,mean,pooler";
        var again = CliRun.Of(call).ShouldExit(0);

        again.Stderr.Split("is finished already.").Length.ShouldBe(1 + 4);
        again.LastLine["settings"]!.AsArray().Count.ShouldBe(3);
        File.GetLastWriteTimeUtc(Path.Combine(folder, "pooling=cls", "seed-5", "best", "model.safetensors")).ShouldBe(kept);
    }

    [Fact]
    public void Sweep_Ablate_TriesOneValueAtATimeBesideTheRecipe()
    {
        var folder = scratch.Of("ablated");
        var sweep = CliRun.Of(
            "sweep", scratch.Write("tiny.yaml", Golden.Recipe), "--ablate", "model.pooling=mean", "loss.name=focal", "--output-dir", folder, "--set", "training.max_steps=2", "model.pooling=cls").ShouldExit(0);

        Directory.GetDirectories(folder).Select(Path.GetFileName).Order().ShouldBe(["as-it-is", "name=focal", "pooling=mean"]);
        sweep.LastLine["settings"]!.AsArray().Select(of => $"{of!["settings"]!["model.pooling"]} {of["settings"]!["loss.name"]}").Order()
            .ShouldBe(["cls cross_entropy", "cls focal", "mean cross_entropy"]);
    }

    [Fact]
    public void Sweep_NeitherOrBothKindsOfSettings_IsRefused()
    {
        CliRun.Of("sweep", "sentiment").ShouldBeRefused("give --grid or --ablate");
        CliRun.Of("sweep", "sentiment", "--grid", "model.pooling=cls,mean", "--ablate", "loss.name=focal").ShouldBeRefused("give --grid or --ablate");
    }

    [Theory]
    [InlineData("model.pooling", "give a key and its values")]
    [InlineData("model.pooling=", "give a key and its values")]
    [InlineData("model.pooling=cls,cls", "a value stands there twice")]
    [InlineData("training.seed=1,2", "--grid training.seed: the seed is the chance that --seeds varies for every setting")]
    [InlineData("optimizer.learning_rate=2e-5,0.00002", "learning_rate=2e-5 and learning_rate=0.00002 are the same settings")]
    [InlineData("model.pooling=cls,nonsense", "model.pooling")]
    [InlineData("model.poolin=cls", "model.poolin")]
    public void Sweep_WrongGrid_IsRefusedBeforeAnyRun(string grid, string message)
    {
        CliRun.Of("sweep", scratch.Write("tiny.yaml", Golden.Recipe), "--grid", grid, "--output-dir", scratch.Of("sweep")).ShouldBeRefused(message);

        Directory.Exists(scratch.Of("sweep")).ShouldBeFalse();
    }

    [Fact]
    public void Sweep_FolderOfSomethingElse_IsRefused()
    {
        Directory.CreateDirectory(scratch.Of("mine"));
        scratch.Write("mine/thesis.txt", "mine");

        CliRun.Of("sweep", scratch.Write("tiny.yaml", Golden.Recipe), "--grid", "model.pooling=cls,mean", "--output-dir", scratch.Of("mine")).ShouldBeRefused("exists and is not empty");
    }
}
