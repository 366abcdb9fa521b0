using Inkstone.Torch.Serialization;

namespace Inkstone.Checkpoints;

/// <summary>Finds the folder that a user means by a model's name.</summary>
public static class ModelLocation
{
    /// <summary>A run means its <c>best/</c>, or where it was interrupted before it had one its <c>last/</c>; any other folder means itself.</summary>
    /// <exception cref="InvalidCheckpointException">There is no such folder.</exception>
    public static string Resolve(string nameOrPath)
    {
        AtomicFolder.Recover(nameOrPath);
        if (!Directory.Exists(nameOrPath))
        {
            throw new InvalidCheckpointException(
                nameOrPath, "there is no such folder. Give a Hugging Face model folder (config.json, weights, vocab.txt) or a run; names of the hub cannot be downloaded by this version.");
        }

        if (!File.Exists(Path.Combine(nameOrPath, "recipe.yaml")))
        {
            return nameOrPath;
        }

        string[] checkpoints = [Path.Combine(nameOrPath, "best"), Path.Combine(nameOrPath, "last")];
        return checkpoints.FirstOrDefault(folder => AtomicFolder.Recover(folder) || Directory.Exists(folder))
            ?? throw new InvalidCheckpointException(nameOrPath, "is a run without a checkpoint: it was ended before it saved one. Train again.");
    }
}
