using Inkstone.Text.Corpora.Encodings;

namespace Inkstone.Text.Corpora;

/// <summary>Reads rows from csv, tsv, json, jsonl and plain text, one after another: a file may be longer than memory.</summary>
/// <remarks>
/// The format comes from the content, then from the extension (<see cref="FormatDetector"/>), and so does the encoding
/// (<see cref="Encodings.EncodingDetector"/>). Nothing is opened before the first row is asked for, so faults come from the
/// enumeration too.
/// </remarks>
public static class CorpusReader
{
    private const string Readable = "a csv, tsv, json, jsonl or text file with at least one row";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Columns and format; null finds them.</param>
    /// <returns>The rows in file order, read while they are enumerated. Each enumeration reads the file again.</returns>
    /// <exception cref="InvalidDataFileException">The file is missing, empty, broken, or lacks a column.</exception>
    public static IEnumerable<Row> Read(string path, ReadOptions? options = null)
    {
        using var stream = DataFileStream.Open(path, Readable);
        foreach (var row in Read(stream, path, options))
        {
            yield return row;
        }
    }

    /// <summary>Reads a stream, such as standard input.</summary>
    /// <param name="stream">The bytes. Disposed when the enumeration ends.</param>
    /// <param name="name">What messages and <see cref="Row.File"/> call it; an extension helps to tell the format.</param>
    /// <param name="options">Columns and format; null finds them.</param>
    /// <returns>The rows in file order, read while they are enumerated, once.</returns>
    /// <exception cref="InvalidDataFileException">The content is empty, broken, or lacks a column.</exception>
    public static IEnumerable<Row> Read(Stream stream, string name, ReadOptions? options = null)
    {
        options ??= new ReadOptions();
        OpenedFile? opened = null;
        using var window = new ByteWindow(new DecodedStream(stream, options.Encoding, encoding => Open(opened! with { Encoding = encoding })), name);
        bool hasHeader = true;
        var format = options.Format ?? FormatDetector.Detect(window, options, out hasHeader);
        if (window.Bytes.IsEmpty && !window.Fill())
        {
            throw new InvalidDataFileException(name, null, "the file is empty", Readable, "Check how the file was written.");
        }

        opened = new OpenedFile(name, format, window.EncodingName, [], hasHeader ? null : HeaderlessTsv.LabelNames(name));
        var announcing = options with { ColumnsFound = columns => Open(opened with { Columns = columns.Names }) };
        if (format == CorpusFormat.PlainText)
        {
            Open(opened);
        }

        var rows = format switch
        {
            CorpusFormat.Csv => DelimitedRows.Read(window, new CsvRecords(window), announcing),
            CorpusFormat.Tsv => DelimitedRows.Read(window, new TsvRecords(window), announcing, hasHeader ? null : HeaderlessTsv.Columns),
            CorpusFormat.Json => JsonRows.ReadArray(window, announcing),
            CorpusFormat.JsonLines => JsonRows.ReadLines(window, announcing),
            _ => PlainTextRows.Read(window, options),
        };

        bool any = false;
        foreach (var row in rows)
        {
            any = true;
            yield return row;
        }

        if (!any)
        {
            string problem = format is CorpusFormat.Csv or CorpusFormat.Tsv ? "the file has a header and no rows" : "the file has no rows";
            throw new InvalidDataFileException(name, null, problem, Readable, "Check how the file was written.");
        }

        void Open(OpenedFile file)
        {
            opened = file;
            options.Opened?.Invoke(file);
        }
    }
}
