using System.Collections.Concurrent;
using System.Text;
using Inkstone.Hub;

namespace Inkstone.Tests.Support;

/// <summary>A hub, an empty cache and a client between them; gone when the test is.</summary>
internal sealed class HubBench : IHubObserver, IDisposable
{
    public static readonly HubName Tiny = HubName.TryParse("org/tiny")!;
    public static readonly HubName Rows = HubName.TryParse("org/rows", HubRepositoryType.Dataset)!;
    public static readonly byte[] Weights = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 % 251))];

    private readonly TemporaryFolder scratch = new();

    public HubBench()
    {
        Settings = new() { Endpoint = new(Server.Endpoint), CacheFolder = scratch.Combine("hub"), ReadTimeout = ImpatientTime.Never };
        Server.Add("org/tiny", HubServer.Commit, Files(("model.safetensors", Weights), ("pytorch_model.bin", [1]), ("tf_model.h5", [2]), ("flax_model.msgpack", [3]), ("onnx/model.onnx", [4])));
    }

    public HubServer Server { get; } = new();

    public HubSettings Settings { get; set; }

    public ImpatientTime Time { get; } = new();

    public ConcurrentQueue<string> Notices { get; } = new();

    public ConcurrentQueue<(string File, long Done, long? Total)> Progress { get; } = new();

    public string Repository => Cached("models--org--tiny");

    public string Snapshot => Cached("models--org--tiny", "snapshots", HubServer.Commit);

    public string WeightsBlob => Cached("models--org--tiny", "blobs", HubServer.HashOf("model.safetensors", Weights));

    public string Scratch(params string[] parts) => scratch.Combine(parts);

    public string Cached(params string[] parts) => Path.Combine([Settings.CacheFolder, .. parts]);

    public static (string, byte[])[] Files(params (string, byte[])[] more) =>
        [("config.json", "{}"u8.ToArray()), ("vocab.txt", "[PAD]\n"u8.ToArray()), ("tokenizer_config.json", "{}\n"u8.ToArray()), ("README.md", "# 说明"u8.ToArray()), .. more];

    public string Download(HubSelection? selection = null, HubName? name = null, Action<string, string>? link = null)
    {
        using var client = Client(link);
        return client.DownloadAsync(name ?? Tiny, selection ?? HubSelection.Model).GetAwaiter().GetResult();
    }

    public async Task<string> DownloadAsync(CancellationToken stop)
    {
        using var client = Client();
        return await client.DownloadAsync(Tiny, HubSelection.Model, stop);
    }

    public HubClient Client(Action<string, string>? link = null) =>
        new(Settings, link is null ? new HubCache(Settings.CacheFolder) : new HubCache(Settings.CacheFolder) { Link = link }, this, Time, handler: null);

    /// <summary>Every path in the cache but the locks.</summary>
    public string[] Tree() => !Directory.Exists(Settings.CacheFolder) ? [] :
    [
        .. Directory.EnumerateFiles(Settings.CacheFolder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(Settings.CacheFolder, path)).Where(path => !path.StartsWith(".locks", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    public static string Text(string path) => File.ReadAllText(path, Encoding.UTF8);

    void IHubObserver.Notice(string message) => Notices.Enqueue(message);

    void IHubObserver.FileStarted(string file, long present, long? total) => Progress.Enqueue((file, present, total));

    void IHubObserver.FileProgress(string file, long done, long? total) => Progress.Enqueue((file, done, total));

    void IHubObserver.FileDone(string file, long bytes) => Progress.Enqueue((file, bytes, bytes));

    public void Dispose()
    {
        Server.Dispose();
        scratch.Dispose();
    }
}
