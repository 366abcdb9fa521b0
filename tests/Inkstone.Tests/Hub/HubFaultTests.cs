using Inkstone.Hub;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Hub;

/// <summary>Servers that refuse, lie, stammer or fall silent.</summary>
public sealed class HubFaultTests : IDisposable
{
    private readonly HubBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void Token_GoesToTheEndpointAndToNoOtherHost()
    {
        bench.Settings = bench.Settings with { Token = "hf_secret" };

        bench.Download();

        bench.Server.Requests.ShouldAllBe(request => request.Header("Authorization") == "Bearer hf_secret");
        bench.Server.ContentRequests.ShouldHaveSingleItem().Header("Authorization").ShouldBeNull();
        bench.Settings.ToString().ShouldNotContain("hf_secret");
    }

    [Fact]
    public void Content_CutInMidBody_IsResumedWithARange()
    {
        Once(request => request.Header("Range") is null, new HubReply(200, HubBench.Weights) { CutAfter = 100_000 }, ofContent: true);

        bench.Download();

        bench.Server.ContentRequests.Select(request => request.Header("Range")).ShouldBe([null, "bytes=100000-"]);
        File.ReadAllBytes(bench.WeightsBlob).ShouldBe(HubBench.Weights);
        bench.Notices.ShouldHaveSingleItem().ShouldContain("the connection was cut; trying again in 1 s");
    }

    [Fact]
    public void Content_OfAnEarlierDownload_IsGoneOnWith()
    {
        LeaveIncomplete(HubBench.Weights[..250_000]);

        bench.Download();

        bench.Server.ContentRequests.ShouldHaveSingleItem().Header("Range").ShouldBe("bytes=250000-");
        File.ReadAllBytes(bench.WeightsBlob).ShouldBe(HubBench.Weights);
        File.Exists(bench.WeightsBlob + ".incomplete").ShouldBeFalse();
        bench.Progress.ShouldContain(("model.safetensors", 250_000L, (long?)300_000L));
    }

    [Theory]
    [InlineData(250_000)]
    [InlineData(300_000)]
    [InlineData(400_000)]
    public void Content_OfAnEarlierDownloadThatIsWrong_IsReplaced(int length)
    {
        LeaveIncomplete(new byte[length]);

        bench.Download();

        File.ReadAllBytes(bench.WeightsBlob).ShouldBe(HubBench.Weights);
    }

    [Fact]
    public void Content_ServerWithoutRanges_BeginsAnew()
    {
        LeaveIncomplete(HubBench.Weights[..250_000]);
        bench.Server.Instead = request => bench.Server.ContentRequests.Contains(request) ? new HubReply(200, HubBench.Weights) : null;

        bench.Download();

        File.ReadAllBytes(bench.WeightsBlob).ShouldBe(HubBench.Weights);
    }

    [Theory]
    [InlineData(416)]
    [InlineData(206)]
    public void Content_ServerThatMissesTheRange_BeginsAnew(int status)
    {
        LeaveIncomplete(HubBench.Weights[..250_000]);
        Once(request => request.Header("Range") is not null, new HubReply(status, HubBench.Weights, ("Content-Range", "bytes 0-299999/300000")), ofContent: true);

        bench.Download();

        File.ReadAllBytes(bench.WeightsBlob).ShouldBe(HubBench.Weights);
    }

    [Theory]
    [InlineData(300_000, "its SHA-256 is")]
    [InlineData(299_999, "it has 299999 bytes, but the hub says 300000")]
    [InlineData(300_001, "it has 300001 bytes, but the hub says 300000")]
    public void Content_ThatIsNotWhatWasPromised_IsDeleted(int length, string problem)
    {
        var wrong = new byte[length];
        bench.Server.Instead = request => bench.Server.ContentRequests.Contains(request) ? new HubReply(request.Header("Range") is null ? 200 : 416, wrong) : null;

        Should.Throw<HubException>(() => bench.Download()).Message.ShouldContain($"model.safetensors came damaged: {problem}");

        bench.Tree().ShouldNotContain(path => path.EndsWith("model.safetensors", StringComparison.Ordinal) || path.EndsWith("refs/main", StringComparison.Ordinal));
        File.Exists(bench.WeightsBlob).ShouldBeFalse();
        File.Exists(bench.WeightsBlob + ".incomplete").ShouldBeFalse();
    }

    [Fact]
    public void Content_SmallFileOfAnotherGitHash_IsDeleted()
    {
        bench.Server.Instead = request => request is { Method: "GET", Path: "/api/resolve-cache/org/tiny/vocab.txt" } ? new HubReply(200, "[BAD]\n"u8.ToArray()) : null;

        Should.Throw<HubException>(() => bench.Download()).Message.ShouldContain("vocab.txt came damaged: its git SHA-1 is");

        bench.Tree().ShouldNotContain(path => path.Contains("vocab.txt", StringComparison.Ordinal) || path.EndsWith(".incomplete", StringComparison.Ordinal));
    }

    [Fact]
    public void TooManyRequests_WaitsAsLongAsAsked()
    {
        Once(request => request.Method == "HEAD", HubReply.Of(429, ("Retry-After", "7")));
        Once(request => request.Path.StartsWith("/api/models", StringComparison.Ordinal), HubReply.Of(429, ("Retry-After", "Tue, 01 Jan 2030 00:00:42 GMT")));

        bench.Download();

        bench.Time.Waits.ShouldBe([TimeSpan.FromSeconds(42), TimeSpan.FromSeconds(7)]);
        bench.Notices.First().ShouldContain("HTTP 429");
    }

    [Fact]
    public void TooManyRequests_AskedToWaitForHours_GivesUp()
    {
        bench.Server.Instead = _ => HubReply.Of(429, ("Retry-After", "7200"));

        Should.Throw<HubUnreachableException>(() => bench.Download()).Message.ShouldContain("HTTP 429 TooManyRequests; it asks to wait 7200 s.");
        bench.Server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public void ServerError_OnceAndThenNot_IsForgiven(int status)
    {
        Once(request => request.Method == "HEAD", HubReply.Of(status));
        Once(_ => true, HubReply.Of(status), ofContent: true);

        bench.Download();

        bench.Time.Waits.ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)]);
    }

    [Fact]
    public void ServerError_ForGood_IsBounded()
    {
        bench.Server.Instead = _ => HubReply.Of(502);

        Should.Throw<HubUnreachableException>(() => bench.Download()).Message.ShouldContain("HTTP 502 BadGateway; 5 attempts failed.");

        bench.Server.Requests.Count.ShouldBe(5);
        bench.Time.Waits.Select(wait => wait.TotalSeconds).ShouldBe([1, 2, 4, 8]);
        bench.Tree().ShouldBeEmpty();
    }

    [Fact]
    public void Content_CutEveryTime_IsBoundedAndKeptForTheNextTime()
    {
        bench.Server.Instead = request => !bench.Server.ContentRequests.Contains(request) ? null
            : new HubReply(request.Header("Range") is null ? 200 : 206, HubBench.Weights, ("Content-Range", $"bytes {request.Header("Range")?[6..] ?? "0-"}299999/300000")) { CutAfter = 0 };

        Should.Throw<HubUnreachableException>(() => bench.Download()).Message.ShouldContain("the connection was cut; 5 attempts failed. Try again later: what is downloaded is kept.");

        bench.Server.ContentRequests.Count.ShouldBe(5);
        bench.Tree().ShouldNotContain(path => path.EndsWith("refs/main", StringComparison.Ordinal));
    }

    [Fact]
    public void SilentServer_CountsAsCut()
    {
        bench.Settings = bench.Settings with { ReadTimeout = TimeSpan.FromMilliseconds(300) };
        bench.Server.Instead = request => bench.Server.ContentRequests.Contains(request) ? new HubReply(200, HubBench.Weights) { SilentAfter = 0 } : null;
        using var client = new HubClient(bench.Settings, bench, new SilenceOnly());

        Should.Throw<HubUnreachableException>(() => client.DownloadAsync(HubBench.Tiny, HubSelection.Model, TestContext.Current.CancellationToken))
            .Message.ShouldContain("fell silent for 0.3 s; 5 attempts failed.");
    }

    [Fact]
    public void ServerThatNeverAnswers_IsGivenUpAtOnce()
    {
        bench.Settings = bench.Settings with { ReadTimeout = TimeSpan.FromMilliseconds(300) };
        bench.Server.Instead = _ => new HubReply(200, new byte[100]) { SilentAfter = -1 };
        using var client = new HubClient(bench.Settings, bench, new SilenceOnly());

        Should.Throw<HubUnreachableException>(() => client.DownloadAsync(HubBench.Tiny, HubSelection.Model, TestContext.Current.CancellationToken))
            .Message.ShouldContain("127.0.0.1 cannot be reached: no answer within 0.3 s.");
        bench.Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public void DiskThatFills_SaysSoAndLeavesNoSnapshot()
    {
        var disk = Directory.CreateDirectory(bench.Scratch("disk")).FullName;
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Runs("mount", "-t", "tmpfs", "-o", "size=1m", "inkstone-test", disk), "Needs root and the right to mount a tmpfs.");
        try
        {
            bench.Settings = bench.Settings with { CacheFolder = Path.Combine(disk, "hub") };
            bench.Server.Add("org/tiny", HubServer.Commit, HubBench.Files(("model.safetensors", new byte[2 << 20])));

            var error = Should.Throw<IOException>(() => bench.Download());

            error.Message.ShouldContain("the disk is full while downloading model.safetensors of 2097152 bytes. Free some space, or set HF_HUB_CACHE");
            bench.Tree().ShouldNotContain(path => path.EndsWith("/model.safetensors", StringComparison.Ordinal) || path.EndsWith("refs/main", StringComparison.Ordinal));
        }
        finally
        {
            Runs("umount", "-l", disk).ShouldBeTrue();
        }
    }

    [Fact]
    public void NoServer_SaysTheWaysOutWithoutTryingLong()
    {
        bench.Server.Dispose();

        var message = Should.Throw<HubUnreachableException>(() => bench.Download()).Message;

        message.ShouldContain("127.0.0.1 cannot be reached");
        message.ShouldContain("Set HF_ENDPOINT to a mirror that you can reach (such as https://hf-mirror.com), or HF_HUB_OFFLINE=1 to use the cache alone, or give a folder");
        bench.Time.Waits.Where(wait => wait < ImpatientTime.Never).ShouldBeEmpty();
    }

    [Fact]
    public void Offline_AsksNobodyAndSaysSo()
    {
        bench.Settings = bench.Settings with { IsOffline = true };

        Should.Throw<HubException>(() => bench.Download()).Message.ShouldContain("HF_HUB_OFFLINE (or TRANSFORMERS_OFFLINE) is set, so nothing is downloaded.");
        bench.Server.Requests.ShouldBeEmpty();

        bench.Settings = bench.Settings with { IsOffline = false };
        bench.Download();
        bench.Settings = bench.Settings with { IsOffline = true };
        bench.Download().ShouldBe(bench.Snapshot);
    }

    [Theory]
    [InlineData(401, "RepoNotFound", null, "org/tiny is not to be seen (HTTP 401 Unauthorized): check the spelling, org/name; if it is private or gated, set HF_TOKEN")]
    [InlineData(401, "RepoNotFound", "hf_x", "if it is private or gated, the token of HF_TOKEN does not give access to it")]
    [InlineData(401, "GatedRepo", null, "org/tiny is gated or private (HTTP 401 Unauthorized): ask for access on")]
    [InlineData(403, null, "hf_x", "org/tiny is gated or private (HTTP 403 Forbidden)")]
    [InlineData(404, "RepoNotFound", null, "org/tiny is not to be seen (HTTP 404 NotFound)")]
    [InlineData(404, null, null, "has no revision main, or does not exist (HTTP 404 NotFound)")]
    [InlineData(418, null, null, "answered HTTP 418")]
    public void Refusal_SaysWhatToDo(int status, string? code, string? token, string sentence)
    {
        bench.Settings = bench.Settings with { Token = token };
        bench.Server.Instead = _ => HubReply.Of(status, ("X-Error-Code", code ?? "-"));

        Should.Throw<HubException>(() => bench.Download()).Message.ShouldContain(sentence);

        bench.Server.Requests.Count.ShouldBe(1);
        bench.Tree().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("mian", "org/tiny has no revision mian; did you mean org/tiny@main?")]
    [InlineData("experiment", "org/tiny has no revision experiment; it has main, v1.0.")]
    public void Revision_ThatIsNone_NamesThoseThatAre(string revision, string sentence) =>
        Should.Throw<HubException>(() => bench.Download(name: HubBench.Tiny with { Revision = revision })).Message.ShouldBe(sentence);

    [Fact]
    public void Revision_OfARepositoryThatListsNone_IsNotCalledEmpty()
    {
        bench.Server.Instead = request => request.Path.EndsWith("/refs", StringComparison.Ordinal) ? new HubReply(200, "{}"u8.ToArray()) : null;

        Should.Throw<HubException>(() => bench.Download(name: HubBench.Tiny with { Revision = "nope" })).Message.ShouldBe("org/tiny has no revision nope; check the spelling.");
    }

    [Fact]
    public void FileGone_IsNamed()
    {
        bench.Server.Instead = request => request is { Method: "HEAD", Path: $"/org/tiny/resolve/{HubServer.Commit}/vocab.txt" } ? HubReply.Of(404, ("X-Error-Code", "EntryNotFound")) : null;

        Should.Throw<HubException>(() => bench.Download()).Message.ShouldBe("org/tiny has no file vocab.txt (HTTP 404 NotFound).");
    }

    [Theory]
    [InlineData("<html>Log in</html>")]
    [InlineData("{}")]
    [InlineData("""{"sha":"../..","siblings":[]}""")]
    [InlineData("""{"sha":7,"siblings":[]}""")]
    [InlineData("[]")]
    public void Listing_OfSomethingElse_IsRefused(string body)
    {
        bench.Server.Instead = _ => new HubReply(200, System.Text.Encoding.UTF8.GetBytes(body));

        Should.Throw<HubException>(() => bench.Download()).Message.ShouldContain("did not answer as the hub does");
    }

    [Fact]
    public void Redirects_InACircle_End()
    {
        bench.Server.Instead = request => HubReply.Of(302, ("Location", request.Path));

        Should.Throw<HubException>(() => bench.Download()).Message.ShouldContain("more than 10");
    }

    [Fact]
    public void Redirect_ToAFile_IsNotFollowed()
    {
        bench.Server.Instead = _ => HubReply.Of(302, ("Location", "file:///etc/passwd"));

        Should.Throw<HubException>(() => bench.Download()).Message.ShouldContain("a redirect to less safety is not followed");
    }

    [Theory]
    [InlineData("tf_model.h5", "org/tiny has no weights that can be read: expected one of model.safetensors")]
    [InlineData("config.json", "org/tiny is no BERT that can be used: it lacks vocab.txt and tokenizer.json; it has config.json.")]
    [InlineData("vocab.txt", "org/tiny is no BERT that can be used: it lacks config.json; it has vocab.txt.")]
    public void Model_ThatCannotBeUsed_IsRefusedBeforeItIsFetched(string only, string sentence)
    {
        bench.Server.Add("org/tiny", HubServer.Commit, only == "tf_model.h5" ? HubBench.Files((only, [1])) : [(only, [1])]);

        Should.Throw<HubException>(() => bench.Download()).Message.ShouldContain(sentence);
        bench.Tree().ShouldBeEmpty();
    }

    [Fact]
    public async Task Stop_InMidBody_KeepsWhatCame()
    {
        using var stop = new CancellationTokenSource();
        bench.Server.Instead = request => bench.Server.ContentRequests.Contains(request) ? new HubReply(200, HubBench.Weights) { SilentAfter = 200_000 } : null;
        var download = bench.DownloadAsync(stop.Token);
        SpinWait.SpinUntil(() => bench.Progress.Contains(("model.safetensors", 200_000, 300_000)), TimeSpan.FromSeconds(30)).ShouldBeTrue();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => download);
        new FileInfo(bench.WeightsBlob + ".incomplete").Length.ShouldBe(200_000);
        bench.Server.Instead = _ => null;
        bench.Download();
        bench.Server.ContentRequests.Last().Header("Range").ShouldBe("bytes=200000-");
    }

    private static bool Runs(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private void LeaveIncomplete(byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(bench.WeightsBlob)!);
        File.WriteAllBytes(bench.WeightsBlob + ".incomplete", bytes);
    }

    private void Once(Func<HubRequest, bool> when, HubReply reply, bool ofContent = false)
    {
        var (before, isDone) = (bench.Server.Instead, 0);
        bench.Server.Instead = request => bench.Server.ContentRequests.Contains(request) == ofContent && when(request) && Interlocked.Exchange(ref isDone, 1) == 0 ? reply : before(request);
    }

    /// <summary>A clock that waits for silent servers, and not between attempts.</summary>
    private sealed class SilenceOnly : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime >= TimeSpan.FromSeconds(1) ? TimeSpan.Zero : dueTime, period);
    }
}
