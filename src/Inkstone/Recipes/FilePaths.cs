using System.Collections;
using System.Runtime.CompilerServices;

namespace Inkstone.Recipes;

/// <summary>Files, patterns or folders that together are one split. A recipe writes one as a text and several as a list.</summary>
[CollectionBuilder(typeof(FilePaths), nameof(Create))]
public sealed class FilePaths : IReadOnlyList<string>, IEquatable<FilePaths>
{
    private readonly ValueList<string> paths;

    /// <summary>Takes the paths in the order in which they are read.</summary>
    public FilePaths(IEnumerable<string> paths) => this.paths = new(paths);

    /// <inheritdoc/>
    public int Count => paths.Count;

    /// <inheritdoc/>
    public string this[int index] => paths[index];

    /// <summary>One path.</summary>
    public static implicit operator FilePaths(string path) => new([path]);

    /// <summary>Lets a collection expression make one.</summary>
    public static FilePaths Create(ReadOnlySpan<string> paths) => new(paths.ToArray());

    /// <summary>One path.</summary>
    public static FilePaths FromString(string path) => path;

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => paths.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(FilePaths? other) => other is not null && paths.Equals(other.paths);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FilePaths);

    /// <inheritdoc/>
    public override int GetHashCode() => paths.GetHashCode();

    /// <summary>The paths, as a message shows them.</summary>
    public override string ToString() => string.Join(", ", paths);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
