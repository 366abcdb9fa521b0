using System.Text.Json.Nodes;

namespace Inkstone.Text.Corpora;

/// <summary>Writes rows of named values to a stream, one after another, as UTF-8.</summary>
/// <remarks>
/// A value is any <see cref="JsonNode"/> (<c>string</c>, <c>double</c>, <c>float</c>, <c>long</c> and <c>bool</c> convert to it) or
/// null; numbers are written with the fewest digits that read back to the same value, and numbers read from JSON with the
/// digits that they had. NaN and infinities are no JSON: write null.
/// </remarks>
public abstract class RowWriter : IDisposable
{
    private protected RowWriter()
    {
    }

    /// <summary>Opens a writer for the format that a file name's extension asks for.</summary>
    /// <param name="stream">Where the bytes go; the caller owns it, and it stays open.</param>
    /// <param name="path">A name that ends in <c>.jsonl</c>, <c>.csv</c> or <c>.parquet</c>.</param>
    /// <param name="columns">A table's columns where they are known before the first row, so that a file without rows has a header too.</param>
    /// <exception cref="ArgumentException">The extension is another, or a column stands twice.</exception>
    public static RowWriter Create(Stream stream, string path, IReadOnlyList<string>? columns = null) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JSONL" => new JsonLinesRowWriter(stream),
        ".CSV" => new CsvRowWriter(stream, columns),
        ".PARQUET" => new Parquet.ParquetRowWriter(stream, columns),
        var other => throw new ArgumentException(
            $"{path}: rows are written as .jsonl, .csv or .parquet, but the name ends in '{other.ToLowerInvariant()}'; give it one of these endings.", nameof(path)),
    };

    /// <summary>Writes a row.</summary>
    /// <param name="row">Names and values in the order in which they are to stand; a <see cref="JsonObject"/> is such a list.</param>
    /// <exception cref="ArgumentException">A name stands twice, or a number is not finite.</exception>
    /// <exception cref="InvalidOperationException">A csv row has a name that the first row did not have.</exception>
    /// <exception cref="IOException">The stream does not take the bytes.</exception>
    public abstract void Write(IEnumerable<KeyValuePair<string, JsonNode?>> row);

    /// <summary>Ends the file after its last row. A parquet file reaches the stream here; the other formats are whole after each row.</summary>
    /// <exception cref="IOException">The stream does not take the bytes.</exception>
    public virtual void Complete()
    {
    }

    /// <summary>Hands over what is still held here. The stream stays open.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    private protected static ArgumentException Repeated(string name) => new($"A row has two values named '{name}'; each name may stand once.");
}
