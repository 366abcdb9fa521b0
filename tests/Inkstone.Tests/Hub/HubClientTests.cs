using System.Text;
using Inkstone.Hub;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Hub;

/// <summary>What stands in the cache after a download, and what is asked for it.</summary>
public sealed class HubClientTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void Download_Model_LaysTheCacheOutAsHuggingFaceDoes()
    {
        var folder = bench.Download();

        folder.ShouldBe(bench.Snapshot);
        File.ReadAllText(Path.Combine(bench.Repository, "refs", "main")).ShouldBe(HubServer.Commit);
        Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["config.json", "model.safetensors", "tokenizer_config.json", "vocab.txt"]);
        new FileInfo(Path.Combine(folder, "model.safetensors")).LinkTarget.ShouldBe($"../../blobs/{HubServer.HashOf("model.safetensors", HubBench.Weights)}");
        new FileInfo(Path.Combine(folder, "config.json")).LinkTarget.ShouldBe("../../blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b");   // git hash-object of {}
        File.ReadAllBytes(Path.Combine(folder, "model.safetensors")).ShouldBe(HubBench.Weights);
        File.Exists(bench.Cached(".locks", "models--org--tiny", HubServer.HashOf("model.safetensors", HubBench.Weights) + ".lock")).ShouldBeTrue();
        bench.Progress.ShouldContain(("model.safetensors", HubBench.Weights.Length, HubBench.Weights.Length));
    }

    [Fact]
    public void Download_Again_AsksForTheRevisionAlone()
    {
        bench.Download();
        bench.Server.Requests.Clear();

        bench.Download();

        bench.Server.Requests.Select(request => request.ToString()).ShouldBe(["GET /api/models/org/tiny/revision/main"]);
    }

    [Fact]
    public void FindCached_WholeModel_AsksNobody()
    {
        bench.Download();
        bench.Server.Requests.Clear();
        using var client = bench.Client();

        client.FindCached(HubBench.Tiny, HubSelection.Model).ShouldBe(bench.Snapshot);
        client.FindCached(HubName.TryParse($"org/tiny@{HubServer.Commit}")!, HubSelection.Model).ShouldBe(bench.Snapshot);
        client.FindCached(HubName.TryParse("org/tiny@v1.0")!, HubSelection.Model).ShouldBeNull();
        client.FindCached(HubName.TryParse("org/other")!, HubSelection.Model).ShouldBeNull();

        bench.Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void Download_TokenizerAlone_LeavesTheWeightsAndIsNotTakenForTheModel()
    {
        bench.Download(HubSelection.Tokenizer);
        using var client = bench.Client();

        File.Exists(bench.WeightsBlob).ShouldBeFalse();
        client.FindCached(HubBench.Tiny, HubSelection.Tokenizer).ShouldBe(bench.Snapshot);
        client.FindCached(HubBench.Tiny, HubSelection.Model).ShouldBeNull();
    }

    [Fact]
    public void Download_NewCommitOfTheBranch_MovesTheRefAndSharesTheBlobs()
    {
        bench.Download();
        var next = new string('a', 40);
        bench.Server.Add("org/tiny", next, HubBench.Files(("model.safetensors", HubBench.Weights), ("inkstone.json", "{}"u8.ToArray())));
        bench.Server.ContentRequests.Clear();

        bench.Download().ShouldBe(bench.Cached("models--org--tiny", "snapshots", next));

        File.ReadAllText(bench.Cached("models--org--tiny", "refs", "main")).ShouldBe(next);
        bench.Server.ContentRequests.ShouldBeEmpty();
        Directory.Exists(bench.Snapshot).ShouldBeTrue();
    }

    [Fact]
    public void Download_Shards_FollowTheIndex()
    {
        bench.Server.Add("org/tiny", HubServer.Commit, HubBench.Files(
            ("model.safetensors.index.json", """{"weight_map":{"a":"one.safetensors","b":"two.safetensors","c":"one.safetensors"}}"""u8.ToArray()),
            ("one.safetensors", [1]), ("two.safetensors", [2]), ("three.safetensors", [3]), ("pytorch_model.bin", [4])));

        bench.Download();

        Directory.GetFiles(bench.Snapshot, "*.safetensors").Select(Path.GetFileName).Order().ShouldBe(["one.safetensors", "two.safetensors"]);
        using var client = bench.Client();
        client.FindCached(HubBench.Tiny, HubSelection.Model).ShouldBe(bench.Snapshot);
        File.Delete(Path.Combine(bench.Snapshot, "two.safetensors"));
        client.FindCached(HubBench.Tiny, HubSelection.Model).ShouldBeNull();
    }

    [Fact]
    public void Download_PyTorchWeights_AreTakenWhereThereAreNoSafetensors()
    {
        bench.Server.Add("org/tiny", HubServer.Commit, HubBench.Files(("pytorch_model.bin", [1]), ("tf_model.h5", [2])));

        Directory.GetFiles(bench.Download()).Select(Path.GetFileName).ShouldContain("pytorch_model.bin");
    }

    [Fact]
    public void Download_Dataset_TakesDataFilesInTheirFolders()
    {
        bench.Server.Add("datasets/org/rows", HubServer.Commit, ("README.md", [1]), ("data/train-00000-of-00001.parquet", [2]), ("test.csv", [3]), ("loader.py", [4]), (".gitattributes", [5]));

        var folder = bench.Download(HubSelection.Data, HubBench.Rows);

        bench.Tree().Where(path => path.Contains("snapshots")).ShouldBe(new[] { "README.md", "data/train-00000-of-00001.parquet", "test.csv" }.Select(file => $"datasets--org--rows/snapshots/{HubServer.Commit}/{file}"));
        new FileInfo(Path.Combine(folder, "data/train-00000-of-00001.parquet")).LinkTarget!.ShouldStartWith("../../../blobs/");
        File.ReadAllBytes(Path.Combine(folder, "data/train-00000-of-00001.parquet")).ShouldBe([2]);
    }

    [Fact]
    public void Download_Include_TakesMatchesAndNamesNeighborsOfNone()
    {
        bench.Download(HubSelection.Matching(["*.md", "onnx/"]));

        bench.Tree().Where(path => path.Contains("snapshots")).Select(Path.GetFileName).ShouldBe(["README.md", "model.onnx"]);
        Should.Throw<HubException>(() => bench.Download(HubSelection.Matching(["vocab.tx"]))).Message.ShouldBe("org/tiny has no file vocab.tx; did you mean vocab.txt?");
    }

    [Theory]
    [InlineData("../escape.csv")]
    [InlineData("/tmp/escape.csv")]
    [InlineData("a/../../escape.csv")]
    [InlineData("a\\..\\escape.csv")]
    [InlineData("a//escape.csv")]
    public void Download_NameThatLeavesTheFolder_IsRefusedBeforeAnythingIsFetched(string file)
    {
        bench.Server.Add("datasets/org/rows", HubServer.Commit, ("a.csv", [1]), (file, [2]));

        Should.Throw<HubException>(() => bench.Download(HubSelection.Data, HubBench.Rows)).Message.ShouldContain("which would leave its folder: refused");

        bench.Tree().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"../../../x\"")]
    [InlineData("\"\"")]
    [InlineData("\"a/b\"")]
    public void Download_EtagThatIsNoName_IsRefused(string etag)
    {
        bench.Server.EtagForm = _ => etag;

        Should.Throw<HubException>(() => bench.Download()).Message.ShouldContain("has no ETag to name its content");
        bench.Tree().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("W/\"{0}\"")]
    [InlineData("{0}")]
    public void Download_OtherFormsOfEtags_NameTheSameBlobs(string form)
    {
        bench.Server.EtagForm = hash => form.Replace("{0}", hash, StringComparison.Ordinal);

        bench.Download();

        File.Exists(bench.WeightsBlob).ShouldBeTrue();
    }

    [Fact]
    public void Download_NoLinksOnTheDisk_Copies()
    {
        bench.Download(link: (_, _) => throw new IOException("Operation not supported"));

        new FileInfo(Path.Combine(bench.Snapshot, "model.safetensors")).LinkTarget.ShouldBeNull();
        File.ReadAllBytes(Path.Combine(bench.Snapshot, "model.safetensors")).ShouldBe(HubBench.Weights);
        File.Exists(bench.WeightsBlob).ShouldBeTrue();
    }

    [Fact]
    public void Download_LinkThatLeadsNowhere_IsMadeAnew()
    {
        bench.Download();
        File.Delete(bench.WeightsBlob);
        File.Delete(Path.Combine(bench.Snapshot, "model.safetensors"));
        File.CreateSymbolicLink(Path.Combine(bench.Snapshot, "model.safetensors"), "../../blobs/gone");

        bench.Download();

        File.ReadAllBytes(Path.Combine(bench.Snapshot, "model.safetensors")).ShouldBe(HubBench.Weights);
    }

    [Fact]
    public async Task Download_SeveralAtOnce_FetchEachBlobOnce()
    {
        using var release = new ManualResetEventSlim();
        bench.Server.Instead = request =>
        {
            if (bench.Server.ContentRequests.Contains(request))
            {
                release.Wait(TimeSpan.FromSeconds(30));
            }

            return null;
        };

        var downloads = Enumerable.Range(0, 4).Select(_ => Task.Run(() => bench.DownloadAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken)).ToArray();
        SpinWait.SpinUntil(() => bench.Notices.Count(notice => notice == "Waiting for another download of model.safetensors.") == 3, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        release.Set();
        var folders = await Task.WhenAll(downloads);

        bench.Server.ContentRequests.Count.ShouldBe(1);
        bench.Server.Requests.Count(request => request.ToString() == "GET /api/resolve-cache/org/tiny/config.json").ShouldBe(1);
        folders.ShouldAllBe(folder => folder == bench.Snapshot);
    }

    [Fact]
    public void FindCached_CacheThatPythonMade_IsReadAndNotTouched()
    {
        var name = HubName.TryParse("hfl/rbt3@refs/pr/1")!;
        var root = bench.Cached("models--hfl--rbt3");
        var commit = new string('c', 40);
        var snapshot = Directory.CreateDirectory(Path.Combine(root, "snapshots", commit)).FullName;
        Directory.CreateDirectory(Path.Combine(root, "blobs"));
        Directory.CreateDirectory(Path.Combine(root, "refs", "refs", "pr"));
        File.WriteAllText(Path.Combine(root, "refs", "refs", "pr", "1"), commit);
        foreach (var file in new[] { "config.json", "tokenizer.json", "pytorch_model.bin" })
        {
            File.WriteAllText(Path.Combine(root, "blobs", "of-" + file), file);
            File.CreateSymbolicLink(Path.Combine(snapshot, file), $"../../blobs/of-{file}");
        }

        var whenWritten = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var folder in Directory.GetDirectories(root, "*", SearchOption.AllDirectories))
        {
            Directory.SetLastWriteTimeUtc(folder, whenWritten);
        }

        var before = bench.Tree();
        bench.Settings = bench.Settings with { IsOffline = true };

        bench.Download(name: name).ShouldBe(snapshot);

        bench.Tree().ShouldBe(before);
        bench.Server.Requests.ShouldBeEmpty();
        Directory.GetDirectories(root, "*", SearchOption.AllDirectories).ShouldAllBe(folder => Directory.GetLastWriteTimeUtc(folder) == whenWritten);
    }

    [Fact]
    public void Download_BlobOfAnotherLength_IsNeitherUsedNorRewritten()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(bench.WeightsBlob)!);
        File.WriteAllText(bench.WeightsBlob, "short");

        Should.Throw<HubException>(() => bench.Download()).Message.ShouldContain("is damaged: model.safetensors has 300000 bytes, but this has 5.");

        File.ReadAllText(bench.WeightsBlob).ShouldBe("short");
        File.Exists(bench.Cached("models--org--tiny", "refs", "main")).ShouldBeFalse();
    }

    [Fact]
    public void Download_CacheThatCannotBeWritten_SaysWhereToGo()
    {
        File.WriteAllText(bench.Cached(), "a file where the cache should be");

        var error = Should.Throw<IOException>(() => bench.Download());

        error.Message.ShouldContain(bench.Cached());
        error.Message.ShouldContain("Set HF_HUB_CACHE");
    }

    [Fact]
    public void Copy_ToAFolder_MakesFilesAndNeverOverwrites()
    {
        var snapshot = bench.Download();
        var target = bench.Scratch("mine");

        HubClient.Copy(HubBench.Tiny, HubSelection.Model, snapshot, target);
        HubClient.Copy(HubBench.Tiny, HubSelection.Model, snapshot, target);

        new FileInfo(Path.Combine(target, "model.safetensors")).LinkTarget.ShouldBeNull();
        File.ReadAllBytes(Path.Combine(target, "model.safetensors")).ShouldBe(HubBench.Weights);
        File.WriteAllText(Path.Combine(target, "vocab.txt"), "mine");
        Should.Throw<HubException>(() => HubClient.Copy(HubBench.Tiny, HubSelection.Model, snapshot, target)).Message.ShouldContain("vocab.txt exists, and is another file than org/tiny's: it is not overwritten");
        File.ReadAllText(Path.Combine(target, "vocab.txt"), Encoding.UTF8).ShouldBe("mine");
    }
}
