using System.Text;
using Inkstone.Recipes;
using Inkstone.Torch.Serialization;

namespace Inkstone.Checkpoints;

/// <summary>Where a run keeps what it makes.</summary>
public sealed class RunFolder
{
    private RunFolder(string folder) => Folder = folder;

    /// <summary>The folder itself.</summary>
    public string Folder { get; }

    /// <summary>The best checkpoint by the metric.</summary>
    public string Best => Path.Combine(Folder, "best");

    /// <summary>The weights after the last step.</summary>
    public string Last => Path.Combine(Folder, "last");

    /// <summary>Steps and evaluations, row by row.</summary>
    public string Log => Path.Combine(Folder, "log.csv");

    /// <summary>The rows that cleaning took out, each with its reason.</summary>
    public string Removed => Path.Combine(Folder, "removed.csv");

    /// <summary>Every number and notice of the run, a JSON object a line.</summary>
    public string Events => Path.Combine(Folder, "events.jsonl");

    /// <summary>TensorBoard's event files.</summary>
    public string TensorBoard => Path.Combine(Folder, "tensorboard");

    /// <summary>The offline run of Weights &amp; Biases.</summary>
    public string Wandb => Path.Combine(Folder, "wandb");

    /// <summary>What the final evaluation found.</summary>
    public string Evaluation => Path.Combine(Folder, "evaluation");

    /// <summary>Plans a folder; nothing is written yet.</summary>
    /// <exception cref="RunFolderTakenException">It exists and is not empty: nothing in it is touched.</exception>
    public static RunFolder At(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new RunFolderTakenException(folder);
        }

        return new(folder);
    }

    /// <summary>Makes the folder and writes what is known before the first step.</summary>
    public void Begin(Recipe recipe, string environmentJson)
    {
        Directory.CreateDirectory(Folder);
        Write("recipe.yaml", RecipeWriter.Write(recipe));
        Write("environment.json", environmentJson);
    }

    private void Write(string name, string text) => AtomicFile.Write(Path.Combine(Folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
