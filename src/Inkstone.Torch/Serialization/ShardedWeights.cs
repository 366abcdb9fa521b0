using System.Text.Json;

namespace Inkstone.Torch.Serialization;

/// <summary>Opens a model that is spread over several files by an index such as <c>model.safetensors.index.json</c>.</summary>
/// <remarks>
/// The index's <c>weight_map</c> is the truth: each tensor comes from the file it names, and a tensor that no entry names is
/// not part of the model.
/// </remarks>
public static class ShardedWeights
{
    private const int MaxIndexBytes = SafetensorsReader.MaxHeaderBytes;

    /// <summary>Opens every shard of an index; shards ending in <c>.bin</c> are pickles, all others safetensors.</summary>
    /// <param name="indexPath">The index. Its shards stand in the same folder.</param>
    /// <returns>The tensors, in the index's order. Yours to dispose.</returns>
    /// <exception cref="FileNotFoundException">There is no such index.</exception>
    /// <exception cref="InvalidWeightsException">
    /// The index is malformed, names a file outside its folder or one that is missing, or a tensor that its file does not hold;
    /// or a shard is itself invalid.
    /// </exception>
    public static WeightFile Open(string indexPath)
    {
        var map = ReadIndex(indexPath);
        var shards = new Dictionary<string, WeightFile>(StringComparer.Ordinal);
        try
        {
            foreach (var name in map.Select(entry => entry.Shard).Distinct(StringComparer.Ordinal))
            {
                shards.Add(name, OpenShard(indexPath, name));
            }

            var tensors = map.Select(entry => shards[entry.Shard].TryGetValue(entry.Tensor, out var tensor)
                ? tensor
                : throw new InvalidWeightsException(shards[entry.Shard].Path, entry.Tensor, "is missing",
                    $"what {Path.GetFileName(indexPath)} promises")).ToList();
            return new WeightFile(indexPath, tensors, new Dictionary<string, string>(), [.. shards.Values]);
        }
        catch
        {
            foreach (var shard in shards.Values)
            {
                shard.Dispose();
            }

            throw;
        }
    }

    private static WeightFile OpenShard(string indexPath, string name)
    {
        var isPlainName = name.Length > 0 && name is not ("." or "..") && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0;
        if (!isPlainName)
        {
            throw new InvalidWeightsException(
                indexPath, null, $"names the shard {InvalidWeightsException.Quote(name)}", "a file's name, without a folder");
        }

        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(indexPath))!, name);
        if (!File.Exists(path))
        {
            throw new InvalidWeightsException(
                indexPath, null, $"names the shard {InvalidWeightsException.Quote(name)}, which does not stand beside it", "every shard");
        }

        return name.EndsWith(".bin", StringComparison.Ordinal) ? PickleReader.Open(path) : SafetensorsReader.Open(path);
    }

    private static List<(string Tensor, string Shard)> ReadIndex(string path)
    {
        using var file = MappedFile.Open(path);
        WrongKindOfFile.Refuse(file);
        if (file.Length > MaxIndexBytes)
        {
            throw new InvalidWeightsException(path, null, $"has {file.Length} bytes", $"an index of at most {MaxIndexBytes}");
        }

        try
        {
            return ReadWeightMap(path, file.Slice(0, (int)file.Length));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidWeightsException(path, null, "is no valid JSON", "an index with a weight_map", e);
        }
    }

    private static List<(string Tensor, string Shard)> ReadWeightMap(string path, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
        List<(string, string)>? map = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMap = reader.ValueTextEquals("weight_map");
            reader.Read();
            if (isMap && map is null && reader.TokenType == JsonTokenType.StartObject)
            {
                map = ReadEntries(path, ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return map ?? throw new InvalidWeightsException(path, null, "has no weight_map", "an object with the file of every tensor");
    }

    private static List<(string Tensor, string Shard)> ReadEntries(string path, ref Utf8JsonReader reader)
    {
        var map = new List<(string, string)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var tensor = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || !names.Add(tensor))
            {
                throw new InvalidWeightsException(path, tensor, "has no file or stands in weight_map twice", "one file for each tensor");
            }

            map.Add((tensor, reader.GetString()!));
        }

        return map;
    }
}
