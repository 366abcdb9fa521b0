using Inkstone.Hub;
using Inkstone.Torch.Serialization;

namespace Inkstone.Checkpoints;

/// <summary>Finds the folder that a user means by a model's name.</summary>
public static class ModelLocation
{
    /// <summary>
    /// A run means its <c>best/</c>, a pre-training run its <c>model/</c>, or where it was interrupted before it had one its <c>last/</c>; any other folder means itself.
    /// A name without a folder, such as <c>bert-base-chinese</c> or <c>org/name@revision</c>, means the hub's model: from the
    /// Hugging Face cache without asking anybody, or else downloaded.
    /// </summary>
    /// <param name="nameOrPath">What the user gave.</param>
    /// <param name="files">Which files of a hub's model are needed; null needs all.</param>
    /// <param name="hub">Downloads; null makes one from the environment, which tells nobody how it goes.</param>
    /// <param name="stop">Ends a download.</param>
    /// <exception cref="InvalidCheckpointException">There is no such folder, and it can be no name of the hub.</exception>
    /// <exception cref="HubException">The hub has no such model, or does not give it.</exception>
    /// <exception cref="HubUnreachableException">The hub cannot be reached.</exception>
    public static string Resolve(string nameOrPath, HubSelection? files = null, HubClient? hub = null, CancellationToken stop = default)
    {
        AtomicFolder.Recover(nameOrPath);
        if (!Directory.Exists(nameOrPath))
        {
            return OnHub(nameOrPath, files ?? HubSelection.Model, hub, stop);
        }

        if (CheckpointsOf(nameOrPath) is not { Length: > 0 } checkpoints)
        {
            return nameOrPath;
        }

        return checkpoints.FirstOrDefault(folder => AtomicFolder.Recover(folder) || Directory.Exists(folder))
            ?? throw new InvalidCheckpointException(nameOrPath, "is a run without a checkpoint: it was ended before it saved one. Train again.");
    }

    /// <summary>Where a run's models may be, the one to use first; empty for a folder that is no run.</summary>
    private static string[] CheckpointsOf(string folder)
    {
        string[] names = File.Exists(Path.Combine(folder, "recipe.yaml")) ? ["best", "last"]
            : File.Exists(Path.Combine(folder, "pretraining.json")) ? ["model", "last"]
            : [];
        return Array.ConvertAll(names, name => Path.Combine(folder, name));
    }

    private static string OnHub(string name, HubSelection files, HubClient? hub, CancellationToken stop)
    {
        if (File.Exists(name))
        {
            throw new InvalidCheckpointException(name, "is a file; give the folder that holds it, with config.json, the weights and vocab.txt.");
        }

        if (HubName.IsLocalPath(name, Environment.CurrentDirectory))
        {
            var whole = HubName.TryParse(name) is null ? "" : $" (It is no name of the hub here, as the folder {Path.GetDirectoryName(name)} exists; for the hub's model, give the path that `inkstone hub download {name}` prints.)";
            throw new InvalidCheckpointException(
                name, $"there is no such folder. Give a Hugging Face model folder (config.json, weights, vocab.txt), a run, or a name of the hub such as bert-base-chinese or org/name@revision.{whole}");
        }

        var repository = HubName.TryParse(name)!;
        using var own = hub is null ? new HubClient(HubSettings.FromEnvironment()) : null;
        var client = hub ?? own!;
        if (client.FindCached(repository, files) is { } cached)
        {
            return cached;
        }

        try
        {
            return client.DownloadAsync(repository, files, stop).GetAwaiter().GetResult();
        }
        catch (HubException error)
        {
            throw new HubException($"{name}: there is no such folder, and as a model of the hub: {error.Message}", error);
        }
        catch (HubUnreachableException error)
        {
            throw new HubUnreachableException($"{name}: there is no such folder, and it cannot be downloaded: {error.Message}", error);
        }
    }
}
