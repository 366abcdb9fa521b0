namespace Inkstone.Torch.Serialization;

/// <summary>Finds the weights in a Hugging Face folder.</summary>
public static class CheckpointWeights
{
    private static readonly (string Name, Func<string, WeightFile> Open)[] Forms =
    [
        ("model.safetensors", SafetensorsReader.Open),
        ("model.safetensors.index.json", ShardedWeights.Open),
        ("pytorch_model.bin", PickleReader.Open),
        ("pytorch_model.bin.index.json", ShardedWeights.Open),
    ];

    /// <summary>
    /// Opens the first of <c>model.safetensors</c>, <c>model.safetensors.index.json</c>, <c>pytorch_model.bin</c> and
    /// <c>pytorch_model.bin.index.json</c> that the folder has, after <see cref="AtomicFolder.Recover"/>.
    /// </summary>
    /// <returns>The tensors under the names the file gives them. Yours to dispose.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder has none of the four.</exception>
    /// <exception cref="InvalidWeightsException">The file is not what its name says.</exception>
    public static WeightFile Open(string folder)
    {
        AtomicFolder.Recover(folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder}; expected one that holds a model's weights.");
        }

        foreach (var (name, open) in Forms)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return open(path);
            }
        }

        throw new FileNotFoundException(
            $"{folder} holds no weights; expected one of {string.Join(", ", Forms.Select(form => form.Name))}.");
    }
}
