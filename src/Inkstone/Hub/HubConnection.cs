using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Inkstone.Hub;

/// <summary>The hub's endpoints: what a revision is, what a file is, and its bytes. Asks again where that may help.</summary>
internal sealed partial class HubConnection : IDisposable
{
    private const int MostRedirects = 10, MostAttempts = 5;
    private const int LargestListing = 64 << 20;
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly HubSettings settings;
    private readonly TimeProvider time;
    private readonly IHubObserver observer;
    private readonly HttpClient http;
    private bool hasAnswered;

    public HubConnection(HubSettings settings, IHubObserver observer, TimeProvider time, HttpMessageHandler? handler)
    {
        (this.settings, this.observer, this.time) = (settings, observer, time);
        http = new HttpClient(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = settings.ReadTimeout < LongestConnect ? settings.ReadTimeout : LongestConnect, UseCookies = false }, disposeHandler: handler is null)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestListing,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new("inkstone", typeof(HubConnection).Assembly.GetName().Version?.ToString(3)));
        http.DefaultRequestHeaders.AcceptEncoding.Add(new("identity"));   // lengths and ranges count the file's own bytes
    }

    /// <summary>The commit that a revision means, and its files.</summary>
    public async Task<(string Commit, IReadOnlyList<string> Files)> RevisionAsync(HubName name, CancellationToken stop)
    {
        var path = $"api/{name.Plural}/{name.Id}/revision/{Uri.EscapeDataString(name.Revision)}";
        var json = await RepeatedAsync(Address(path), HttpMethod.Get, null, isMetadata: false, async (response, patience) =>
        {
            await RefuseAsync(response, name, file: null, stop).ConfigureAwait(false);
            return await response.Content.ReadAsByteArrayAsync(patience).ConfigureAwait(false);
        }, stop).ConfigureAwait(false);

        try
        {
            using var document = JsonDocument.Parse(json);
            var commit = document.RootElement.GetProperty("sha").GetString();
            var files = document.RootElement.GetProperty("siblings").EnumerateArray().Select(sibling => sibling.GetProperty("rfilename").GetString() ?? "").ToList();
            return commit is not null && HubName.IsCommitHash(commit) ? (commit, files) : throw new JsonException();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new HubException($"{Address(path)} did not answer as the hub does: expected JSON with sha and siblings. Check HF_ENDPOINT, and whether a proxy or a log-in page stands between.", error);
        }
    }

    /// <summary>What the hub says of one file at a commit.</summary>
    public Task<HubFile> FileAsync(HubName name, string commit, string file, CancellationToken stop) =>
        RepeatedAsync(FileAddress(name, commit, file), HttpMethod.Head, null, isMetadata: true, async (response, _) =>
        {
            if (!IsRedirect(response))
            {
                await RefuseAsync(response, name, file, stop).ConfigureAwait(false);
            }

            var etag = HubFile.EtagOf(Header(response, "X-Linked-Etag") ?? Header(response, "ETag"))
                ?? throw new HubException($"{FileAddress(name, commit, file)} has no ETag to name its content; the hub sends one. Check HF_ENDPOINT.");
            if (Header(response, "X-Repo-Commit") is { } told && told != commit)
            {
                throw new HubException($"{name}: the hub sent {file} of commit {told} instead of {commit}. Try again.");
            }

            return new HubFile(file, etag, SizeOf(response));
        }, stop);

    /// <summary>Opens a file's bytes from an offset.</summary>
    /// <returns>The whole file where the server does not know ranges; see its status. Yours to dispose.</returns>
    public async Task<HttpResponseMessage> ContentAsync(HubName name, string commit, HubFile file, long offset, CancellationToken stop)
    {
        var range = offset > 0 ? new RangeHeaderValue(offset, null) : null;
        return await RepeatedAsync(FileAddress(name, commit, file.Name), HttpMethod.Get, range, isMetadata: false, async (response, _) =>
        {
            if (response.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                await RefuseAsync(response, name, file.Name, stop).ConfigureAwait(false);
            }

            return response;
        }, stop, keepsResponse: true).ConfigureAwait(false);
    }

    /// <summary>Waits before another attempt, longer each time.</summary>
    /// <exception cref="HubUnreachableException">That was the last attempt.</exception>
    public Task PauseAsync(int failures, Uri address, string problem, Exception? cause, CancellationToken stop) =>
        PauseAsync(failures, address, problem, cause, asked: null, stop);

    /// <summary>Where a file's bytes are.</summary>
    public Uri FileAddress(HubName name, string commit, string file) => Address(
        $"{(name.Type == HubRepositoryType.Dataset ? "datasets/" : "")}{name.Id}/resolve/{commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");

    public void Dispose() => http.Dispose();

    private Uri Address(string path) => new($"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>Asks until the answer is one that asking again would not change.</summary>
    private async Task<T> RepeatedAsync<T>(
        Uri address, HttpMethod method, RangeHeaderValue? range, bool isMetadata, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken stop, bool keepsResponse = false)
    {
        for (var failures = 1; ; failures++)
        {
            string problem;
            Exception? cause = null;
            TimeSpan? asked = null;
            using var patience = new CancellationTokenSource(settings.ReadTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
            HttpResponseMessage? response = null;
            try
            {
                response = await FollowAsync(address, method, range, isMetadata, either.Token).ConfigureAwait(false);
                hasAnswered = true;
                if (!MayChange(response.StatusCode))
                {
                    var answer = await read(response, either.Token).ConfigureAwait(false);
                    response = keepsResponse ? null : response;
                    return answer;
                }

                (problem, asked) = (StatusOf(response), RetryAfter(response));
            }
            catch (HttpRequestException error)
            {
                (problem, cause) = (error.Message.TrimEnd('.'), error);
            }
            catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
            {
                (problem, cause) = (patience.IsCancellationRequested ? string.Create(CultureInfo.InvariantCulture, $"no answer within {settings.ReadTimeout.TotalSeconds:0.#} s") : "no connection", error);
            }
            finally
            {
                response?.Dispose();
            }

            if (!hasAnswered)
            {
                // No network, or one that swallows everything: nobody should wait for that five times.
                throw new HubUnreachableException($"{settings.Endpoint.Host} cannot be reached: {problem}. {HubMessages.WaysOut}", cause);
            }

            await PauseAsync(failures, address, problem, cause, asked, stop).ConfigureAwait(false);
        }
    }

    private async Task PauseAsync(int failures, Uri address, string problem, Exception? cause, TimeSpan? asked, CancellationToken stop)
    {
        var wait = asked ?? TimeSpan.FromSeconds(1 << (failures - 1));
        if (failures >= MostAttempts || wait > LongestWait)
        {
            var patience = wait > LongestWait ? string.Create(CultureInfo.InvariantCulture, $"it asks to wait {wait.TotalSeconds:0} s") : string.Create(CultureInfo.InvariantCulture, $"{failures} attempts failed");
            throw new HubUnreachableException($"{address}: {problem}; {patience}. Try again later: what is downloaded is kept. {HubMessages.WaysOut}", cause);
        }

        observer.Notice(string.Create(CultureInfo.InvariantCulture, $"{address.Host}: {problem}; trying again in {wait.TotalSeconds:0.#} s ({failures} of {MostAttempts - 1})."));
        await Task.Delay(wait, time, stop).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends, and follows redirects; the token goes to the endpoint alone. Where only metadata are wanted, it stops at a redirect
    /// to another host that already says what the file is.
    /// </summary>
    private async Task<HttpResponseMessage> FollowAsync(Uri address, HttpMethod method, RangeHeaderValue? range, bool isMetadata, CancellationToken stop)
    {
        var next = address;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(method, next);
            request.Headers.Range = range;
            if (settings.Token is { } token && IsSameOrigin(next, settings.Endpoint))
            {
                request.Headers.Authorization = new("Bearer", token);
            }

            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
            if (!IsRedirect(response) || response.Headers.Location is not { } location)
            {
                return response;
            }

            var target = new Uri(next, location);
            if (isMetadata && !IsSameOrigin(target, next) && Header(response, "X-Linked-Etag") is not null)
            {
                return response;
            }

            response.Dispose();
            if (target.Scheme is not ("https" or "http") || (next.Scheme == "https" && target.Scheme == "http"))
            {
                throw new HubException($"{next} leads to {target.GetLeftPart(UriPartial.Path)}: a redirect to less safety is not followed. Check HF_ENDPOINT.");
            }

            next = target;
        }

        throw new HubException($"{address} leads from redirect to redirect, more than {MostRedirects}. Check HF_ENDPOINT.");
    }

    private static bool IsSameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.Host == other.Host && one.Port == other.Port;

    private static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    private static bool MayChange(HttpStatusCode status) => (int)status is 408 or 429 or 500 or 502 or 503 or 504;

    private static string StatusOf(HttpResponseMessage response) => string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode} {response.ReasonPhrase}").TrimEnd();

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static long? SizeOf(HttpResponseMessage response) =>
        long.TryParse(Header(response, "X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var linked) ? linked
        : IsRedirect(response) ? null : response.Content.Headers.ContentLength;
}
