using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

/// <summary>The command line against a hub of ours, as a process of its own.</summary>
public sealed class HubTests : IDisposable
{
    private const string Text = "这个电影太好看了！";

    private readonly ScratchFolder scratch = new();
    private readonly HubServer server = new();

    public HubTests() => server.AddFolder("org/tiny", Golden.Bert);

    private string Snapshot => scratch.Of("home", "hub", "models--org--tiny", "snapshots", HubServer.Commit);

    public void Dispose()
    {
        server.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void Predict_ModelOfTheHub_IsDownloadedOnceAndThenFoundOffline()
    {
        var local = CliRun.Of("predict", "--model", Golden.Bert, Text).ShouldExit(0);

        var first = Run("predict", "--model", "org/tiny", Text).ShouldExit(0);

        first.Stdout.ShouldBe(local.Stdout);
        first.Stderr.ShouldContain("Downloading model.safetensors (");
        server.ContentRequests.Count.ShouldBe(1);

        var asked = server.Requests.Count;
        Run("predict", "--model", "org/tiny", Text).ShouldExit(0).Stdout.ShouldBe(local.Stdout);
        server.Requests.Count.ShouldBe(asked);

        server.Dispose();
        var offline = CliRun.Of(["predict", "--model", "org/tiny", Text], folder: scratch.Path, environment: [("HF_HOME", scratch.Of("home")), ("HF_HUB_OFFLINE", "1")]).ShouldExit(0);
        offline.Stdout.ShouldBe(local.Stdout);
        offline.Stderr.ShouldBeEmpty();
    }

    [Fact]
    public void Predict_Quiet_DownloadsWithoutAWord() => Run("predict", "--quiet", "--model", "org/tiny", Text).ShouldExit(0).Stderr.ShouldBeEmpty();

    [Fact]
    public void Tokenize_ModelOfTheHub_LeavesTheWeights()
    {
        Run("tokenize", "--model", "org/tiny", "好").ShouldExit(0).Lines[0].ShouldBe(CliRun.Of("tokenize", "--model", Golden.Bert, "好").Lines[0]);

        server.ContentRequests.ShouldBeEmpty();
    }

    [Fact]
    public void Train_ModelOfTheHubInARecipe_KeepsItsNameInTheRun()
    {
        var recipe = scratch.Write("r.yaml", Golden.Recipe.Replace(Golden.Bert, "org/tiny", StringComparison.Ordinal));

        Run("train", recipe, "--output-dir", scratch.Of("run")).ShouldExit(0).Stderr.ShouldContain("Downloading config.json");

        File.ReadAllText(scratch.Of("run", "recipe.yaml")).ShouldContain("name_or_path: org/tiny");
        File.Exists(scratch.Of("run", "best", "model.safetensors")).ShouldBeTrue();
    }

    [Fact]
    public void Train_FolderThatIsTaken_IsRefusedBeforeTheDownload()
    {
        var recipe = scratch.Write("r.yaml", Golden.Recipe.Replace(Golden.Bert, "org/tiny", StringComparison.Ordinal));

        Run("train", recipe, "--output-dir", scratch.Path).ShouldBeRefused(scratch.Path);

        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void Test_ModelOfTheHub_IsDownloaded() =>
        Run("test", "--model", "org/tiny", "--data", Repo.Golden("e2e", "validation.csv")).Stderr.ShouldContain("Downloading model.safetensors");

    [Fact]
    public void HubDownload_PrintsTheSnapshotAlone()
    {
        var run = Run("hub", "download", "org/tiny").ShouldExit(0);

        run.Lines.ShouldBe([Snapshot]);
        Run("hub", "download", $"org/tiny@{HubServer.Commit}", "--include", "vocab.*").ShouldExit(0).Lines.ShouldBe([Snapshot]);
    }

    [Fact]
    public void HubDownload_NeedsNoLibtorch() =>
        CliRun.Of(["hub", "download", "org/tiny"], folder: scratch.Path, environment: [.. Environment(), ("HF_HUB_OFFLINE", null), ("INKSTONE_NATIVE", "/nonexistent.so")]).ShouldExit(0);

    [Fact]
    public void HubDownload_LocalDir_HoldsFilesOfOnesOwn()
    {
        var target = scratch.Of("模型 一");

        Run("hub", "download", "org/tiny", "--local-dir", target).ShouldExit(0).Lines.ShouldBe([target]);

        new FileInfo(Path.Combine(target, "model.safetensors")).LinkTarget.ShouldBeNull();
        CliRun.Of("predict", "--model", target, Text).ShouldExit(0);
    }

    [Fact]
    public void HubDownload_Dataset_GivesAFolderOfDataFiles()
    {
        server.Add("datasets/org/rows", HubServer.Commit, ("train.csv", "text,label\n好,1\n"u8.ToArray()), ("README.md", "# 数据"u8.ToArray()), ("x.py", [1]));

        var folder = Run("hub", "download", "--dataset", "org/rows").ShouldExit(0).Lines[0];

        Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["README.md", "train.csv"]);
    }

    [Fact]
    public void HubDownload_Terminal_ShowsEachFile()
    {
        var command = CliRun.OnTerminal(100, ["hub", "download", "org/tiny"], [.. Environment(), ("HF_HUB_OFFLINE", null)], []).ShouldExit(0);

        command.Stdout.ShouldContain("Downloaded model.safetensors (");
        command.Stdout.ShouldContain(Snapshot);
    }

    [Fact]
    public void HubDownload_UnknownName_IsRefused() =>
        Run("hub", "download", "org/typo").ShouldBeRefused("/org/typo is not to be seen (HTTP 401 Unauthorized): check the spelling, org/name; if it is private or gated, set HF_TOKEN");

    [Fact]
    public void Predict_HubThatCannotBeReached_FailsWithTheWaysOut()
    {
        server.Dispose();

        var run = Run("predict", "--model", "org/tiny", Text).ShouldExit(1);

        run.Stdout.ShouldBeEmpty();
        run.Stderr.ShouldStartWith("error: org/tiny: there is no such folder, and it cannot be downloaded: 127.0.0.1 cannot be reached");
        run.Stderr.ShouldContain("HF_ENDPOINT");
        run.Stderr.ShouldNotContain("   at ");
    }

    [Fact]
    public void Predict_FolderAboveExists_IsATypoAndAsksNobody()
    {
        Directory.CreateDirectory(scratch.Of("org"));

        Run("predict", "--model", "org/tiny", Text).ShouldBeRefused("org/tiny: there is no such folder.", "inkstone hub download org/tiny");

        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(60)]
    [InlineData(30)]
    [InlineData(12)]
    [InlineData(int.MaxValue)]
    public void ProgressLine_Download_FitsAndKeepsTheTimeLeft(int width)
    {
        var line = Cli.ProgressLine.Of("model.safetensors", 100_000_000, 411_600_000, 12_000_000, width);

        line.Length.ShouldBeLessThanOrEqualTo(width);
        line.ShouldEndWith("0:00:25 left");
        if (width == int.MaxValue)
        {
            line.ShouldBe("model.safetensors  100.0 MB of 411.6 MB  12.0 MB/s  0:00:25 left");
        }
    }

    private CliRun Run(params string[] arguments) => CliRun.Of(arguments, folder: scratch.Path, environment: [.. Environment(), ("HF_HUB_OFFLINE", null)]);

    // HF_TOKEN and its relatives of the machine must not reach a test's server.
    private (string, string?)[] Environment() =>
        [("HF_HOME", scratch.Of("home")), ("HF_ENDPOINT", server.Endpoint), ("HF_HUB_CACHE", null), ("HUGGINGFACE_HUB_CACHE", null), ("HF_TOKEN", null), ("HF_TOKEN_PATH", null), ("TRANSFORMERS_OFFLINE", null)];
}
