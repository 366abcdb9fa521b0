using System.Security.Cryptography;
using Inkstone.Torch.Serialization;

namespace Inkstone.Hub;

/// <summary>Finds repositories of the hub in the cache of this machine, and downloads what is not there.</summary>
public sealed class HubClient : IDisposable
{
    private const int ReadOnlyDisk = 30;

    private readonly HubSettings settings;
    private readonly HubCache cache;
    private readonly HubConnection connection;
    private readonly IHubObserver observer;
    private readonly TimeProvider time;

    /// <summary>Makes a client; nothing is read or asked yet.</summary>
    /// <param name="settings">Where hub and cache are.</param>
    /// <param name="observer">Told how downloads go; null tells nobody.</param>
    /// <param name="time">The clock to wait by; null takes the system's.</param>
    /// <param name="handler">Sends requests, and follows no redirect of its own; null takes the system's. Stays yours.</param>
    public HubClient(HubSettings settings, IHubObserver? observer = null, TimeProvider? time = null, HttpMessageHandler? handler = null)
        : this(settings, new HubCache(settings.CacheFolder), observer, time, handler)
    {
    }

    internal HubClient(HubSettings settings, HubCache cache, IHubObserver? observer, TimeProvider? time, HttpMessageHandler? handler)
    {
        (this.settings, this.cache) = (settings, cache);
        this.observer = observer ?? new SilentObserver();
        this.time = time ?? TimeProvider.System;
        connection = new(settings, this.observer, this.time, handler);
    }

    /// <summary>Where hub and cache are.</summary>
    public HubSettings Settings => settings;

    /// <summary>The cache's snapshot of a name, without asking the hub whether there is a newer one.</summary>
    /// <returns>Its folder; null where the cache lacks it, or some of what is wanted.</returns>
    public string? FindCached(HubName name, HubSelection selection) =>
        cache.CommitOf(name) is { } commit && cache.Snapshot(name, commit) is var snapshot && selection.IsIn(snapshot) ? snapshot : null;

    /// <summary>Brings the cache up to what the hub has under a name now, downloading what is missing.</summary>
    /// <param name="name">The repository.</param>
    /// <param name="selection">Which of its files.</param>
    /// <param name="stop">Ends the download; what came is kept, and the next one goes on from there.</param>
    /// <returns>The snapshot's folder.</returns>
    /// <exception cref="HubException">There is no such repository, revision or file, or it is not for everybody; or offline, and the cache lacks it.</exception>
    /// <exception cref="HubUnreachableException">The hub cannot be reached.</exception>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    public async Task<string> DownloadAsync(HubName name, HubSelection selection, CancellationToken stop = default)
    {
        if (settings.IsOffline)
        {
            return FindCached(name, selection) ?? throw new HubException(
                $"{name} is not in the Hugging Face cache {cache.Folder}, or not with all that is wanted; HF_HUB_OFFLINE (or TRANSFORMERS_OFFLINE) is set, so nothing is downloaded. Unset it, or give a folder that holds the files.");
        }

        var (commit, files) = await connection.RevisionAsync(name, stop).ConfigureAwait(false);
        var snapshot = cache.Snapshot(name, commit);
        try
        {
            await FetchAsync(selection.Choose(name, files)).ConfigureAwait(false);
            await FetchAsync(selection.ChooseMore(name, files, snapshot)).ConfigureAwait(false);
            if (!name.IsCommit)
            {
                cache.Remember(name, commit);   // last: the revision's old snapshot serves until the new one is whole
            }
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException { HResult: ReadOnlyDisk })
        {
            throw cache.NotWritable(error);
        }

        return snapshot;

        async Task FetchAsync(IReadOnlyList<string> wanted)
        {
            if (wanted.FirstOrDefault(file => !SafePath.IsInside(file)) is { } escaping)
            {
                throw new HubException($"{name} has a file named '{escaping}', which would leave its folder: refused, nothing of it was downloaded.");
            }

            foreach (var file in wanted)
            {
                stop.ThrowIfCancellationRequested();
                if (!HubCache.Holds(Path.Combine(snapshot, file)))
                {
                    cache.Open(name);
                    var told = await connection.FileAsync(name, commit, file, stop).ConfigureAwait(false);
                    await new BlobDownload(cache, connection, settings, observer, time).FetchAsync(name, commit, told, stop).ConfigureAwait(false);
                    cache.Show(name, commit, told);
                }
            }
        }
    }

    /// <summary>Copies a snapshot's files to a folder of the user's, each whole or not at all; files that are there already stay.</summary>
    /// <param name="name">The repository.</param>
    /// <param name="selection">Which of its files.</param>
    /// <param name="snapshot">What <see cref="DownloadAsync"/> gave.</param>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <exception cref="HubException">The folder has another file of such a name; nothing is copied then.</exception>
    public static void Copy(HubName name, HubSelection selection, string snapshot, string folder)
    {
        var present = HubSelection.FilesIn(snapshot);
        string[] files = [.. selection.Choose(name, present), .. selection.ChooseMore(name, present, snapshot)];
        var missing = files.Where(file => !File.Exists(Path.Combine(folder, file))).ToList();
        if (files.Except(missing).FirstOrDefault(file => !HasSameContent(Path.Combine(snapshot, file), Path.Combine(folder, file))) is { } other)
        {
            throw new HubException($"{Path.Combine(folder, other)} exists, and is another file than {name}'s: it is not overwritten. Move it away, or choose another --local-dir.");
        }

        foreach (var file in missing)
        {
            using var content = File.OpenRead(Path.Combine(snapshot, file));
            AtomicFile.Write(Path.Combine(folder, file), content.CopyTo);
        }
    }

    private static bool HasSameContent(string one, string other)
    {
        using var left = File.OpenRead(one);
        using var right = File.OpenRead(other);
        return left.Length == right.Length && SHA256.HashData(left).AsSpan().SequenceEqual(SHA256.HashData(right));
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();
}
