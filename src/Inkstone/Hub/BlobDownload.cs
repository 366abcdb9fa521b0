using System.Globalization;
using System.Net;

namespace Inkstone.Hub;

/// <summary>Brings one file's bytes into the cache: once, whole, and checked.</summary>
internal sealed class BlobDownload(HubCache cache, HubConnection connection, HubSettings settings, IHubObserver observer, TimeProvider time)
{
    private const int BufferBytes = 1 << 18;
    private const long Headway = 1 << 20;
    private const int NoSpaceLeft = 28, QuotaReached = 122;

    /// <summary>Downloads, unless the blob is there; goes on where an interrupted download ended.</summary>
    /// <exception cref="HubException">The content is not what the hub promised; nothing of it is kept.</exception>
    /// <exception cref="HubUnreachableException">The connection failed too often; what came is kept for the next time.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public async Task FetchAsync(HubName name, string commit, HubFile file, CancellationToken stop)
    {
        var blob = cache.Blob(name, file.Etag);
        if (IsThere(blob, file))
        {
            return;
        }

        using var held = await BlobLock.TakeAsync(
            cache.Lock(name, file.Etag), time, () => observer.Notice($"Waiting for another download of {file.Name}."), stop).ConfigureAwait(false);
        if (IsThere(blob, file))
        {
            return;
        }

        var incomplete = blob + ".incomplete";
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        await DownloadAsync(name, commit, file, incomplete, stop).ConfigureAwait(false);
        File.Move(incomplete, blob, overwrite: false);
        observer.FileDone(file.Name, LengthOf(blob));
    }

    private async Task DownloadAsync(HubName name, string commit, HubFile file, string incomplete, CancellationToken stop)
    {
        var isResumed = LengthOf(incomplete) > 0;
        observer.FileStarted(file.Name, LengthOf(incomplete), file.Size);
        while (true)
        {
            await AppendUntilWholeAsync(name, commit, file, incomplete, stop).ConfigureAwait(false);
            if (await file.ProblemOfAsync(incomplete, stop).ConfigureAwait(false) is not { } problem)
            {
                return;
            }

            File.Delete(incomplete);
            if (!isResumed)
            {
                throw new HubException($"{name}: {file.Name} came damaged: {problem}. It is deleted; download it again. If this stays, HF_ENDPOINT's mirror is not to be trusted.");
            }

            observer.Notice($"{file.Name}: what an earlier download left is damaged; downloading it anew.");
            isResumed = false;
        }
    }

    /// <summary>Asks again wherever the connection is cut, as long as that leads on.</summary>
    private async Task AppendUntilWholeAsync(HubName name, string commit, HubFile file, string incomplete, CancellationToken stop)
    {
        var failures = 0;
        while (LengthOf(incomplete) is var offset && (offset != file.Size || offset == 0))
        {
            if (offset > file.Size)
            {
                File.Delete(incomplete);
                offset = 0;
            }

            using var response = await connection.ContentAsync(name, commit, file, offset, stop).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
                || (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != offset))
            {
                File.Delete(incomplete);
                await connection.PauseAsync(++failures, connection.FileAddress(name, commit, file.Name), "the server does not know the range that is missing", null, stop).ConfigureAwait(false);
                continue;
            }

            var cut = await AppendAsync(response, file, incomplete, stop).ConfigureAwait(false);
            if (cut is null)
            {
                return;
            }

            failures = LengthOf(incomplete) - offset >= Headway ? 1 : failures + 1;
            await connection.PauseAsync(failures, connection.FileAddress(name, commit, file.Name), cut, null, stop).ConfigureAwait(false);
        }
    }

    /// <returns>How the connection ended too early; null where the answer is complete.</returns>
    private async Task<string?> AppendAsync(HttpResponseMessage response, HubFile file, string incomplete, CancellationToken stop)
    {
        var isRest = response.StatusCode == HttpStatusCode.PartialContent;
        using var silence = new CancellationTokenSource(settings.ReadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stop);
        var target = new FileStream(incomplete, isRest ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        await using var closesTarget = target.ConfigureAwait(false);
        var buffer = new byte[BufferBytes];
        while (true)
        {
            int count;
            try
            {
                var content = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
                count = await content.ReadAsync(buffer, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return string.Create(CultureInfo.InvariantCulture, $"the server fell silent for {settings.ReadTimeout.TotalSeconds:0.#} s");
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                return "the connection was cut";
            }

            if (count > 0)
            {
                Write(target, buffer.AsSpan(0, count), file);
                observer.FileProgress(file.Name, target.Length, file.Size);
                silence.CancelAfter(settings.ReadTimeout);
            }

            if (count == 0 || target.Length > file.Size)   // more than was promised: no need to see the end of it
            {
                break;
            }
        }

        target.Flush(flushToDisk: true);
        return null;
    }

    private void Write(FileStream target, ReadOnlySpan<byte> bytes, HubFile file)
    {
        try
        {
            target.Write(bytes);
        }
        catch (IOException error) when (error.HResult is NoSpaceLeft or QuotaReached)
        {
            throw new IOException(
                string.Create(CultureInfo.InvariantCulture, $"{cache.Folder}: the disk is full while downloading {file.Name}{(file.Size is { } size ? $" of {size} bytes" : "")}. Free some space, or set HF_HUB_CACHE to a folder on another disk; what came is kept in {target.Name}."), error);
        }
    }

    private static bool IsThere(string blob, HubFile file)
    {
        if (!File.Exists(blob))
        {
            return false;
        }

        return file.Size is not { } size || new FileInfo(blob).Length is var length && length == size
            ? true
            : throw new HubException(string.Create(CultureInfo.InvariantCulture, $"{blob} is damaged: {file.Name} has {size} bytes, but this has {length}. Other programs read the cache, so it is not touched; delete this file, and download again."));
    }

    private static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;
}
