using System.Security.Cryptography;
using Inkstone.Checkpoints;
using Inkstone.Recipes;
using Inkstone.Text.Corpora;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Checkpoints;

public sealed class RunFolderTests : IDisposable
{
    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }

    private static readonly PretrainedFolder Encoder = PretrainedFolder.Open(Repo.Golden("models", "bert"));

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void At_FolderThatHoldsSomething_IsRefusedAndLeftAlone()
    {
        scratch.Write("precious.txt", "mine");

        Should.Throw<RunFolderTakenException>(() => RunFolder.At(scratch.Path)).Message.ShouldBe(
            $"{scratch.Path} exists and is not empty; nothing in it was touched. Choose another --output-dir, or move it away.");
        Directory.GetFileSystemEntries(scratch.Path).ShouldBe([scratch.Combine("precious.txt")]);
    }

    [Fact]
    public void At_NewOrEmptyFolder_WritesNothingYet()
    {
        RunFolder.At(scratch.Combine("new"));
        RunFolder.At(scratch.Path);

        Directory.GetFileSystemEntries(scratch.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Begin_Recipe_CanBeReadBackAsItWas()
    {
        var recipe = TinyRun.RecipeOf("loss.class_weights=balanced", "training.max_steps=3");
        var run = RunFolder.At(scratch.Combine("run"));

        run.Begin(recipe, RunEnvironment.Describe(recipe, Encoder, [], new FixedTime()), _ => { });

        RecipeReader.Read(File.ReadAllText(scratch.Combine("run", "recipe.yaml")), "recipe.yaml", scratch.Combine("run"), []).ShouldBe(recipe);
    }

    [Fact]
    public void Describe_Recipe_SaysWithWhatAndFromWhatTheRunWasMade()
    {
        var recipe = TinyRun.RecipeOf("training.seed=17");
        DataFile[] files = [DataFile.Of(Repo.Golden("e2e", "train.csv")), DataFile.Of(Repo.Golden("e2e", "validation.csv"))];

        var environment = RunEnvironment.Describe(recipe, Encoder, files, new FixedTime());

        environment.Select(pair => pair.Key).ShouldBe(
            ["started", "inkstone", "dotnet", "system", "processor", "cores", "libtorch", "threads", "device", "seed", "fold", "git_commit", "data", "model", "recipe"]);
        environment["started"]!.GetValue<DateTimeOffset>().ShouldBe(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        environment["seed"]!.GetValue<int>().ShouldBe(17);
        environment["cores"]!.GetValue<int>().ShouldBe(Environment.ProcessorCount);
        environment["libtorch"]!.ToString().ShouldBe(TorchRuntime.Version);
        environment["device"]!.ToString().ShouldBe(ComputeDevice.Default.Name);
        var data = environment["data"]!.AsArray();
        data.Count.ShouldBe(2);
        data[0]!["path"]!.ToString().ShouldBe(Repo.Golden("e2e", "train.csv"));
        data[0]!["sha256"]!.ToString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Repo.Golden("e2e", "train.csv")))));
    }
}
