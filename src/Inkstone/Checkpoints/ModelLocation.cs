namespace Inkstone.Checkpoints;

/// <summary>Finds the folder that a user means by a model's name.</summary>
public static class ModelLocation
{
    /// <summary>A run means its <c>best/</c>; any other folder means itself.</summary>
    /// <exception cref="InvalidCheckpointException">There is no such folder.</exception>
    public static string Resolve(string nameOrPath)
    {
        if (!Directory.Exists(nameOrPath))
        {
            throw new InvalidCheckpointException(
                nameOrPath, "there is no such folder. Give a Hugging Face model folder (config.json, weights, vocab.txt) or a run; names of the hub cannot be downloaded by this version.");
        }

        var best = Path.Combine(nameOrPath, "best");
        return File.Exists(Path.Combine(nameOrPath, "recipe.yaml")) && Directory.Exists(best) ? best : nameOrPath;
    }
}
