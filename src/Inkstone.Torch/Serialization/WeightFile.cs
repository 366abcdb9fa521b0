using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Inkstone.Torch.Serialization;

/// <summary>The tensors of an open weight file (or of several, where a model is sharded) by name.</summary>
/// <remarks>
/// The files are memory-mapped: opening reads only headers, tensors are read when touched. Order of enumeration is that of
/// the file. Reading is safe from many threads; disposing ends the life of every <see cref="StoredTensor"/> in it.
/// </remarks>
public sealed class WeightFile : IReadOnlyDictionary<string, StoredTensor>, IDisposable
{
    private readonly List<StoredTensor> tensors;
    private readonly Dictionary<string, StoredTensor> byName;
    private readonly IReadOnlyList<IDisposable> memory;

    /// <param name="path">What was opened.</param>
    /// <param name="tensors">Its tensors, names distinct.</param>
    /// <param name="metadata">Its free text.</param>
    /// <param name="memory">What the tensors lie in; disposed with this object.</param>
    internal WeightFile(
        string path, List<StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata, params IReadOnlyList<IDisposable> memory)
    {
        Path = path;
        Metadata = metadata;
        this.tensors = tensors;
        this.memory = memory;
        byName = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>Path of the file, or of the index of a sharded model.</summary>
    public string Path { get; }

    /// <summary>The <c>__metadata__</c> of a safetensors file, <c>format</c> = <c>pt</c> by custom; empty elsewhere.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The number of tensors.</summary>
    public int Count => tensors.Count;

    /// <summary>The names, in the file's order.</summary>
    public IEnumerable<string> Keys => tensors.Select(tensor => tensor.Name);

    /// <summary>The tensors, in the file's order.</summary>
    public IEnumerable<StoredTensor> Values => tensors;

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="InvalidWeightsException">There is none.</exception>
    public StoredTensor this[string key] => byName.TryGetValue(key, out var tensor)
        ? tensor
        : throw new InvalidWeightsException(Path, key, "is not in the file", $"one of its {Count} tensors");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => byName.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out StoredTensor value) => byName.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, StoredTensor>> GetEnumerator()
    {
        foreach (var tensor in tensors)
        {
            yield return new(tensor.Name, tensor);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Closes the file; its tensors can no longer be read.</summary>
    public void Dispose()
    {
        foreach (var part in memory)
        {
            part.Dispose();
        }
    }
}
