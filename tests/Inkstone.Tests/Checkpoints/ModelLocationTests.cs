using Inkstone.Checkpoints;
using Inkstone.Hub;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Checkpoints;

/// <summary>What a name means: a folder, a file by mistake, a model of the hub.</summary>
public sealed class ModelLocationTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void Resolve_NameOfTheHub_IsDownloadedAndThenFoundWithoutAsking()
    {
        Resolve("org/tiny").ShouldBe(bench.Snapshot);
        var asked = bench.Server.Requests.Count;

        Resolve("org/tiny").ShouldBe(bench.Snapshot);
        Resolve($"org/tiny@{HubServer.Commit}").ShouldBe(bench.Snapshot);

        bench.Server.Requests.Count.ShouldBe(asked);
    }

    [Fact]
    public void Resolve_Folder_WinsAndAsksNobody()
    {
        Directory.CreateDirectory(bench.Scratch("org", "tiny"));

        Resolve(bench.Scratch("org", "tiny")).ShouldBe(bench.Scratch("org", "tiny"));

        bench.Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void Resolve_File_IsRefused()
    {
        File.WriteAllText(bench.Scratch("model.safetensors"), "");

        Should.Throw<InvalidCheckpointException>(() => Resolve(bench.Scratch("model.safetensors"))).Message.ShouldContain("is a file; give the folder that holds it");
    }

    [Theory]
    [InlineData("./runs/x")]
    [InlineData("a/b/c")]
    [InlineData("~/x")]
    [InlineData("two words")]
    public void Resolve_NeitherFolderNorName_TellsBothWaysOutAndAsksNobody(string name)
    {
        var message = Should.Throw<InvalidCheckpointException>(() => Resolve(name)).Message;

        message.ShouldBe($"{name}: there is no such folder. Give a Hugging Face model folder (config.json, weights, vocab.txt), a run, or a name of the hub such as bert-base-chinese or org/name@revision.");
        bench.Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void Resolve_NameThatTheHubLacks_SaysBoth() =>
        Should.Throw<HubException>(() => Resolve("org/typo")).Message.ShouldStartWith("org/typo: there is no such folder, and as a model of the hub: ");

    private string Resolve(string name)
    {
        using var hub = bench.Client();
        return ModelLocation.Resolve(name, hub: hub);
    }
}
