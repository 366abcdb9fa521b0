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

        var checkpoints = CheckpointsOf(nameOrPath);
        if (checkpoints.FirstOrDefault(AtomicFolder.Exists) is { } found)
        {
            return found;
        }

        if (!File.Exists(Path.Combine(nameOrPath, "config.json")) && RunsIn(nameOrPath) is [_, ..] runs)
        {
            throw new InvalidCheckpointException(nameOrPath, SeveralRuns(nameOrPath, runs));
        }

        return checkpoints.Length == 0 ? nameOrPath
            : throw new InvalidCheckpointException(nameOrPath, "is a run without a checkpoint: it was ended before it saved one. Train again.");
    }

    /// <summary>Whether a name is that of a folder on this machine that holds a model, a run or several.</summary>
    public static bool IsFolderOfModels(string nameOrPath) => Directory.Exists(nameOrPath)
        && (File.Exists(Path.Combine(nameOrPath, "config.json")) || CheckpointsOf(nameOrPath).Length > 0 || RunsIn(nameOrPath).Length > 0);

    private static string[] RunsIn(string folder) =>
        [.. Directory.EnumerateDirectories(folder).Where(run => CheckpointsOf(run).Any(Directory.Exists)).Order(StringComparer.Ordinal)];

    private static string SeveralRuns(string folder, string[] runs)
    {
        const int MostShown = 8;
        var names = string.Join(", ", runs.Take(MostShown).Select(Path.GetFileName)) + (runs.Length > MostShown ? ", …" : "");
        var all = string.Join(' ', runs.Take(MostShown).Select(run => $"--model {run}")) + (runs.Length > MostShown ? " …" : "");
        return runs.Length == 1
            ? $"is no model; it holds the run {names}. Give that: --model {runs[0]}"
            : $"is no model; it holds several runs: {names}. Give one of them, or several as an ensemble whose logits are averaged: {all}";
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
