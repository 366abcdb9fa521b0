using System.Text.Json;

namespace Inkstone.Hub;

/// <summary>The files of a model that this program reads; never TensorFlow's, Flax's or ONNX's weights.</summary>
internal sealed class ModelFiles(bool withWeights) : HubSelection
{
    private const string Config = "config.json";
    private static readonly string[] Vocabularies = ["tokenizer.json", "vocab.txt"];

    private static readonly string[] Small =
        [Config, "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "inkstone.json"];

    // In the order in which CheckpointWeights looks for them.
    private static readonly string[] Weights = ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    /// <summary>Weights come last: a snapshot that has them has everything.</summary>
    internal override IReadOnlyList<string> Choose(HubName name, IReadOnlyList<string> files)
    {
        if (!files.Contains(Config) || !Vocabularies.Any(files.Contains))
        {
            throw new HubException(
                $"{name} is no BERT that can be used: it lacks {(files.Contains(Config) ? "vocab.txt and tokenizer.json" : Config)}; {HubMessages.Having(files)} Single files: inkstone hub download {name} --include GLOB.");
        }

        var small = Small.Where(files.Contains).ToList();
        if (!withWeights)
        {
            return small;
        }

        return Weights.FirstOrDefault(files.Contains) is { } weights
            ? [.. small, weights]
            : throw new HubException($"{name} has no weights that can be read: expected one of {string.Join(", ", Weights)}; {HubMessages.Having(files)} Choose a model with PyTorch weights.");
    }

    internal override IReadOnlyList<string> ChooseMore(HubName name, IReadOnlyList<string> files, string snapshot)
    {
        if (!withWeights || IndexIn(snapshot) is not { } index)
        {
            return [];
        }

        var shards = ShardsOf(index) ?? throw new HubException($"{name}: {Path.GetFileName(index)} is no index of weights: expected a weight_map of tensors and file names. Tell its author.");
        return shards.FirstOrDefault(shard => !files.Contains(shard)) is { } missing
            ? throw new HubException($"{name} is incomplete: {Path.GetFileName(index)} names {missing}, which the repository does not have. Try another revision: {name.Id}@REVISION.")
            : shards;
    }

    internal override bool IsIn(string snapshot)
    {
        if (!Has(Config) || !Vocabularies.Any(Has))
        {
            return false;
        }

        return !withWeights || (IndexIn(snapshot) is { } index
            ? ShardsOf(index)?.All(Has) ?? false
            : Weights.Any(Has));

        bool Has(string file) => HubCache.Holds(Path.Combine(snapshot, file));
    }

    /// <summary>The index that counts: where a whole file stands before it in the order, none does.</summary>
    private static string? IndexIn(string snapshot) =>
        Weights.Select(file => Path.Combine(snapshot, file)).FirstOrDefault(HubCache.Holds) is { } first && first.EndsWith(".json", StringComparison.Ordinal) ? first : null;

    private static List<string>? ShardsOf(string index)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(index));
            var shards = json.RootElement.GetProperty("weight_map").EnumerateObject().Select(entry => entry.Value.GetString() ?? "").Distinct(StringComparer.Ordinal).ToList();
            return shards.Count > 0 && shards.All(SafePath.IsPlainName) ? shards : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
