using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Inkstone.Recipes;

/// <summary>A fixed map from text to text that keeps its order and is equal to another one with equal entries in the same order, so that recipes compare by value.</summary>
public sealed class ValueMap(IEnumerable<KeyValuePair<string, string>> entries) : IReadOnlyDictionary<string, string>, IEquatable<ValueMap>
{
    private readonly KeyValuePair<string, string>[] entries = [.. entries];

    /// <inheritdoc/>
    public int Count => entries.Length;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => entries.Select(entry => entry.Key);

    /// <inheritdoc/>
    public IEnumerable<string> Values => entries.Select(entry => entry.Value);

    /// <inheritdoc/>
    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no '{key}' in the map.");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        int index = Array.FindIndex(entries, entry => entry.Key == key);
        value = index < 0 ? null : entries[index].Value;
        return index >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)entries).GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(ValueMap? other) => other is not null && entries.AsSpan().SequenceEqual(other.entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueMap);

    /// <inheritdoc/>
    public override int GetHashCode() => entries.Aggregate(entries.Length, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(", ", entries.Select(entry => $"{entry.Key}: {entry.Value}"))}}}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
