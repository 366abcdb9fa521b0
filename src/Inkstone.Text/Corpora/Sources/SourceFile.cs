namespace Inkstone.Text.Corpora.Sources;

/// <summary>One file to read.</summary>
/// <param name="Path">Where it lies, as the caller named it or as a folder or pattern led to it.</param>
/// <param name="LabelNames">Names in the order of their ids where a file beside it declares them; else null.</param>
internal sealed record SourceFile(string Path, IReadOnlyList<string>? LabelNames = null);
