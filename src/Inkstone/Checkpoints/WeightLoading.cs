using System.Globalization;
using Inkstone.Torch;
using Inkstone.Torch.Nn;
using Inkstone.Torch.Serialization;

namespace Inkstone.Checkpoints;

/// <summary>What a folder's weights gave, and what they did not.</summary>
/// <param name="New">Parameters of the head (and the pooler) that the folder lacks; they start from the seed.</param>
/// <param name="Missing">Parameters of the encoder that the folder lacks; they start from the seed too, which is rarely what you want.</param>
/// <param name="LeftOver">Tensors of the folder that this model has no use for.</param>
public sealed record LoadReport(IReadOnlyList<string> New, IReadOnlyList<string> Missing, IReadOnlyList<string> LeftOver)
{
    /// <summary>One sentence for each kind, none where all is as it should be.</summary>
    public IEnumerable<string> Notices()
    {
        if (New.Count > 0)
        {
            yield return $"New, from the seed: {string.Join(", ", New)}.";
        }

        if (Missing.Count > 0)
        {
            yield return $"Missing in the folder, so they start from the seed and know nothing: {Shorten(Missing)}. Is it the right folder?";
        }

        if (LeftOver.Count > 0)
        {
            yield return $"Left over in the folder, not used: {Shorten(LeftOver)}.";
        }
    }

    private static string Shorten(IReadOnlyList<string> names) => names.Count <= 6
        ? string.Join(", ", names)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", names.Take(5))} and {names.Count - 5} more");
}

/// <summary>Fills a model's parameters from a folder's weights, whatever names their time gave them.</summary>
internal static class WeightLoading
{
    /// <summary>Fills every parameter, from the folder or from the seed.</summary>
    /// <param name="parameters">The model's, float32.</param>
    /// <param name="folder">Holds model.safetensors, its shards, or pytorch_model.bin.</param>
    /// <param name="keepsHead">False where the folder's classifier was trained for other labels.</param>
    /// <param name="initializerRange">Standard deviation of new weights.</param>
    /// <param name="seed">Chance of new weights.</param>
    /// <param name="prefix">What the encoder's names begin with; an encoder alone is stored without it.</param>
    /// <param name="positions">Makes the model's table of positions of the folder's smaller one; null where both are equally long.</param>
    /// <exception cref="InvalidWeightsException">The weights cannot be read.</exception>
    /// <exception cref="InvalidCheckpointException">A tensor's shape does not fit the config.</exception>
    public static LoadReport Load(
        IEnumerable<NamedParameter> parameters, string folder, bool keepsHead, double initializerRange, long seed, string prefix = "bert.", PositionTable? positions = null)
    {
        using var file = CheckpointWeights.Open(folder);
        using var noGrad = GradMode.NoGrad();
        using var generator = new Generator(seed);
        var stored = file.Values.ToDictionary(tensor => Canonical(tensor.Name, prefix));
        var added = new List<string>();
        var missing = new List<string>();
        foreach (var parameter in parameters)
        {
            var isHead = parameter.Name.StartsWith("classifier.", StringComparison.Ordinal);
            if (stored.Remove(parameter.Name, out var tensor) && (!isHead || keepsHead))
            {
                Copy(positions?.Grow(tensor, parameter) ?? tensor, parameter, folder);
                continue;
            }

            Initialize(parameter, initializerRange, generator);
            (isHead || parameter.Name.StartsWith("cls.", StringComparison.Ordinal) || parameter.Name.Contains(".pooler.", StringComparison.Ordinal) ? added : missing).Add(parameter.Name);
        }

        return new(added, missing, [.. stored.Keys.Where(name => !name.EndsWith("position_ids", StringComparison.Ordinal))]);
    }

    /// <summary>Today's name of a tensor: with the prefix, and LayerNorms with weight and bias.</summary>
    internal static string Canonical(string name, string prefix)
    {
        var current = LegacyNames.Normalize(name);
        var isBare = current.StartsWith("embeddings.", StringComparison.Ordinal)
            || current.StartsWith("encoder.", StringComparison.Ordinal)
            || current.StartsWith("pooler.", StringComparison.Ordinal);
        return isBare ? prefix + current : current;
    }

    private static void Copy(StoredTensor tensor, NamedParameter parameter, string folder)
    {
        if (!tensor.Shape.SequenceEqual(parameter.Value.Shape))
        {
            throw new InvalidCheckpointException(
                folder,
                $"{tensor.Name} is [{string.Join(", ", tensor.Shape)}] in the weights, but config.json asks for [{string.Join(", ", parameter.Value.Shape)}]. The two files do not belong together.");
        }

        if (!parameter.Value.Device.IsCuda)
        {
            tensor.CopyTo(parameter.Value.AsSpan<float>());
            return;
        }

        var values = new float[tensor.ElementCount];
        tensor.CopyTo(values);
        using var scope = TensorScope.New();
        parameter.Value.CopyInPlace(Tensor.From<float>(values, tensor.Shape));
    }

    private static void Initialize(NamedParameter parameter, double range, Generator generator)
    {
        if (parameter.Name.EndsWith("LayerNorm.weight", StringComparison.Ordinal))
        {
            parameter.Value.FillInPlace(1);
        }
        else if (parameter.Name.EndsWith("bias", StringComparison.Ordinal))
        {
            parameter.Value.ZeroInPlace();
        }
        else
        {
            // Drawn on the processor, so that every device starts from the same head.
            using var drawn = Tensor.Empty(parameter.Value.Shape);
            parameter.Value.CopyInPlace(drawn.NormalInPlace(0, range, generator));
        }
    }
}
