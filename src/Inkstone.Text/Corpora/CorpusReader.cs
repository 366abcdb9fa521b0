namespace Inkstone.Text.Corpora;

/// <summary>Reads rows from csv, tsv, json, jsonl and plain text, one after another: a file may be longer than memory.</summary>
/// <remarks>
/// The format comes from the content, then from the extension (<see cref="FormatDetector"/>); the encoding is UTF-8 with or
/// without byte-order mark, or UTF-16 with one. Nothing is opened before the first row is asked for, so faults come from the
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
        using var stream = OpenFile(path);
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
        using var window = new ByteWindow(Utf8Stream.Open(stream), name);
        var format = options.Format ?? FormatDetector.Detect(window, options);
        if (window.Bytes.IsEmpty && !window.Fill())
        {
            throw new InvalidDataFileException(name, null, "the file is empty", Readable, "Check how the file was written.");
        }

        var rows = format switch
        {
            CorpusFormat.Csv => DelimitedRows.Read(window, new CsvRecords(window), options),
            CorpusFormat.Tsv => DelimitedRows.Read(window, new TsvRecords(window), options),
            CorpusFormat.Json => JsonRows.ReadArray(window, options),
            CorpusFormat.JsonLines => JsonRows.ReadLines(window, options),
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
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string problem = e switch
            {
                _ when Directory.Exists(path) => "this is a folder",
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                _ => $"the file cannot be opened ({e.Message.TrimEnd('.')})",
            };
            throw new InvalidDataFileException(path, null, problem, Readable,
                "Check the path; a relative one starts at the current folder.", e);
        }
    }
}
