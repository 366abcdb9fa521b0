using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Inkstone.Tests;

/// <summary>A question to a server of ours.</summary>
internal sealed record HubRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>An answer; cut off, or silent for good, after some bytes of its body; silent from the first with a number below 0.</summary>
internal sealed record HubReply(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    public int? CutAfter { get; init; }

    public int? SilentAfter { get; init; }

    public static HubReply Of(int status, params (string Name, string Value)[] headers) => new(status, [], headers);
}

/// <summary>
/// A hub on this machine: the API, small files from the same address behind a relative redirect, large ones from another
/// address, as the real one does it.
/// </summary>
internal sealed class HubServer : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly CancellationTokenSource end = new();
    private readonly TcpListener hub = new(IPAddress.Loopback, 0);
    private readonly TcpListener content = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, byte[]> blobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Commit, SortedDictionary<string, byte[]> Files)> repositories = new(StringComparer.Ordinal);

    public HubServer()
    {
        Serve(hub, Answer, Requests);
        Serve(content, request => Bytes(request, blobs[request.Path[1..]]), ContentRequests);
    }

    /// <summary>What HF_ENDPOINT should be.</summary>
    public string Endpoint => AddressOf(hub);

    public ConcurrentQueue<HubRequest> Requests { get; } = new();

    /// <summary>What was asked of the other address, where large files are.</summary>
    public ConcurrentQueue<HubRequest> ContentRequests { get; } = new();

    /// <summary>Answers instead of the server, either address; null lets it answer itself.</summary>
    public Func<HubRequest, HubReply?> Instead { get; set; } = _ => null;

    /// <summary>How an ETag is written, given its hash.</summary>
    public Func<string, string> EtagForm { get; set; } = hash => $"\"{hash}\"";

    /// <summary>Adds a repository.</summary>
    /// <param name="path"><c>org/name</c>, or <c>datasets/org/name</c>.</param>
    /// <param name="commit">What its branch main means.</param>
    /// <param name="files">Its files.</param>
    public void Add(string path, string commit, params IEnumerable<(string Name, byte[] Content)> files)
    {
        var all = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (name, bytes) in files)
        {
            all[name] = bytes;
            blobs[HashOf(name, bytes)] = bytes;
        }

        repositories[path] = (commit, all);
    }

    public void AddFolder(string path, string folder) =>
        Add(path, Commit, Directory.GetFiles(folder).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file))));

    public static bool IsLarge(string file) => Path.GetExtension(file) is ".safetensors" or ".bin" or ".parquet";

    /// <summary>The hash that names a file's content: SHA-256, or for a small file git's.</summary>
#pragma warning disable CA5350 // git's choice
    public static string HashOf(string file, byte[] bytes) => IsLarge(file)
        ? Convert.ToHexStringLower(SHA256.HashData(bytes))
        : Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {bytes.Length}\0")), .. bytes]));
#pragma warning restore CA5350

    public void Dispose()
    {
        end.Cancel();
        hub.Stop();
        content.Stop();
    }

    private static string AddressOf(TcpListener listener) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    private HubReply Answer(HubRequest request)
    {
        foreach (var (path, (commit, files)) in repositories)
        {
            var api = path.StartsWith("datasets/", StringComparison.Ordinal) ? $"/api/{path}" : $"/api/models/{path}";
            if (request.Path == $"{api}/revision/main" || request.Path == $"{api}/revision/{commit}")
            {
                return new(200, JsonSerializer.SerializeToUtf8Bytes(new { sha = commit, siblings = files.Keys.Select(name => new { rfilename = name }) }), ("Content-Type", "application/json"));
            }

            if (request.Path == $"{api}/refs")
            {
                return new(200, """{"branches":[{"name":"main"}],"tags":[{"name":"v1.0"}]}"""u8.ToArray());
            }

            if (request.Path.StartsWith($"{api}/revision/", StringComparison.Ordinal))
            {
                return HubReply.Of(404, ("X-Error-Code", "RevisionNotFound"));
            }

            foreach (var (name, bytes) in files)
            {
                (string, string)[] about = [("X-Repo-Commit", commit), ("Accept-Ranges", "bytes")];
                if (request.Path == $"/{path}/resolve/{commit}/{name}")
                {
                    return IsLarge(name)
                        ? HubReply.Of(302, [.. about, ("Location", $"{AddressOf(content)}/{HashOf(name, bytes)}"), ("X-Linked-Etag", EtagForm(HashOf(name, bytes))), ("X-Linked-Size", bytes.Length.ToString(CultureInfo.InvariantCulture))])
                        : HubReply.Of(307, [.. about, ("Location", $"/api/resolve-cache/{path}/{name}")]);
                }

                if (request.Path == $"/api/resolve-cache/{path}/{name}")
                {
                    return Bytes(request, bytes, [.. about, ("ETag", EtagForm(HashOf(name, bytes)))]);
                }
            }
        }

        return HubReply.Of(401, ("X-Error-Code", "RepoNotFound"));
    }

    private static HubReply Bytes(HubRequest request, byte[] bytes, params (string, string)[] headers)
    {
        if (request.Header("Range") is not { } range)
        {
            return new(200, bytes, headers);
        }

        var from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        return from < bytes.Length
            ? new(206, bytes[from..], [.. headers, ("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{bytes.Length - 1}/{bytes.Length}"))])
            : HubReply.Of(416, headers);
    }

    private void Serve(TcpListener listener, Func<HubRequest, HubReply> answer, ConcurrentQueue<HubRequest> requests)
    {
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                var client = await listener.AcceptTcpClientAsync(end.Token);
                _ = Task.Run(async () =>
                {
                    using (client)
                    {
                        await Converse(client, answer, requests);
                    }
                });
            }
        });
    }

    private async Task Converse(TcpClient client, Func<HubRequest, HubReply> answer, ConcurrentQueue<HubRequest> requests)
    {
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        if (await reader.ReadLineAsync(end.Token) is not { } first)
        {
            return;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(end.Token) is { Length: > 0 } line)
        {
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        }

        var words = first.Split(' ');
        var request = new HubRequest(words[0], Uri.UnescapeDataString(words[1]), headers);
        requests.Enqueue(request);
        var reply = Instead(request) ?? answer(request);
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} {(HttpStatusCode)reply.Status}\r\nConnection: close\r\nContent-Length: {reply.Body.Length}\r\n"));
        foreach (var (name, value) in reply.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (reply.SilentAfter < 0)
        {
            await Task.Delay(Timeout.Infinite, end.Token);
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), end.Token);
        if (request.Method != "HEAD")
        {
            await stream.WriteAsync(reply.Body.AsMemory(0, reply.CutAfter ?? reply.SilentAfter ?? reply.Body.Length), end.Token);
        }

        if (reply.SilentAfter is not null)
        {
            await Task.Delay(Timeout.Infinite, end.Token);
        }
    }
}
