namespace Inkstone.Text.Corpora;

/// <summary>What a reader found out about a data file before its first row.</summary>
/// <param name="Path">The file, as the caller named it, or as a folder or pattern led to it.</param>
/// <param name="Format">How its bytes become rows.</param>
/// <param name="Encoding">IANA name of its text encoding (<c>utf-8</c>, <c>gb18030</c>, <c>utf-16le</c>, <c>big5</c>); null for binary formats.</param>
/// <param name="Columns">Its columns in file order; empty where the first row has to tell.</param>
/// <param name="LabelNames">Names in the order of their ids where the file declares them (Hugging Face's ClassLabel); else null.</param>
public sealed record OpenedFile(
    string Path, CorpusFormat Format, string? Encoding, IReadOnlyList<string> Columns, IReadOnlyList<string>? LabelNames)
{
    /// <summary>Whether its bytes can be read again; a pipe gives them once.</summary>
    public bool CanBeReadAgain { get; init; } = true;
}
