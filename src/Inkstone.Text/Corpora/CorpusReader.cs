using Inkstone.Text.Corpora.Arrow;
using Inkstone.Text.Corpora.Encodings;
using Inkstone.Text.Corpora.Filtering;
using Inkstone.Text.Corpora.Parquet;
using Inkstone.Text.Corpora.Sources;

namespace Inkstone.Text.Corpora;

/// <summary>
/// Reads rows from csv, tsv, json, jsonl, plain text, parquet and Arrow streams, one after another: a file may be longer than memory.
/// </summary>
/// <remarks>
/// A path names a file, a pattern (<c>parts/*.jsonl</c>, <c>**/*.csv</c>) or a folder: one that <c>save_to_disk</c> wrote, a data set
/// as the hub keeps it, PaddleNLP's files, or data files of one split. Several files are read in the order of their names, runs of
/// digits as numbers. The format comes from the content, then from the extension (<see cref="FormatDetector"/>), and so does the encoding
/// (<see cref="Encodings.EncodingDetector"/>). Nothing is opened before the first row is asked for, so faults come from the enumeration too.
/// </remarks>
public static class CorpusReader
{
    private const string Readable = "a csv, tsv, json, jsonl or text file with at least one row";
    private const int HeadLength = 8;

    /// <summary>Reads a file, the files of a pattern, or those of a folder.</summary>
    /// <param name="path">Where the rows lie.</param>
    /// <param name="options">Columns, split, condition and format; null finds them.</param>
    /// <returns>The rows in file order, read while they are enumerated. Each enumeration reads the files again.</returns>
    /// <exception cref="InvalidDataFileException">A file is missing, empty, broken, or lacks a column; or the split is missing or not told.</exception>
    /// <exception cref="InvalidConditionException"><see cref="ReadOptions.Where"/> cannot be used.</exception>
    public static IEnumerable<Row> Read(string path, ReadOptions? options = null) => Read([path], options);

    /// <summary>Reads several paths as the parts of one split.</summary>
    /// <param name="paths">Each as for <see cref="Read(string, ReadOptions)"/>; read in this order.</param>
    /// <param name="options">Columns, split, condition and format; null finds them.</param>
    /// <returns>The rows; a metadata column that one file lacks is null in its rows.</returns>
    /// <exception cref="InvalidDataFileException">A file is missing, empty, broken, or lacks a column; or the split is missing or not told.</exception>
    /// <exception cref="InvalidConditionException"><see cref="ReadOptions.Where"/> cannot be used.</exception>
    public static IEnumerable<Row> Read(IReadOnlyList<string> paths, ReadOptions? options = null)
    {
        options ??= new ReadOptions();
        var files = SourceFiles.Resolve(paths, options.Split);
        foreach (var row in files.Count == 1 ? ReadFile(files[0], options) : SourceRows.Join(files, options, ReadFile))
        {
            yield return row;
        }
    }

    /// <summary>The files that <see cref="Read(IReadOnlyList{string}, ReadOptions)"/> would read, in its order.</summary>
    /// <param name="paths">Files, patterns and folders.</param>
    /// <param name="split">The split to take of folders that have splits.</param>
    /// <exception cref="InvalidDataFileException">A path leads nowhere, or the split is missing or not told.</exception>
    public static IReadOnlyList<string> Files(IReadOnlyList<string> paths, string? split = null) =>
        [.. SourceFiles.Resolve(paths, split).Select(file => file.Path)];

    /// <summary>The splits of a folder, such as <c>train, validation, test</c>; empty for files, patterns and folders of one nameless split.</summary>
    /// <exception cref="InvalidDataFileException">The folder holds no data, or cannot be understood.</exception>
    public static IReadOnlyList<string> Splits(string path) => SourceFiles.Splits(path);

    /// <summary>Reads a stream, such as standard input.</summary>
    /// <param name="stream">The bytes of a text format. Disposed when the enumeration ends.</param>
    /// <param name="name">What messages and <see cref="Row.File"/> call it; an extension helps to tell the format.</param>
    /// <param name="options">
    /// Columns and format; null finds them. With <see cref="ReadOptions.Where"/> all rows are held until the last is read, but for plain text.
    /// </param>
    /// <returns>The rows in file order, read while they are enumerated, once.</returns>
    /// <exception cref="InvalidDataFileException">The content is empty, broken, or lacks a column.</exception>
    public static IEnumerable<Row> Read(Stream stream, string name, ReadOptions? options = null)
    {
        options ??= new ReadOptions();
        return options.Where is null ? ReadText(stream, name, null, options) : RowFilter.ApplyOnce(inner => ReadText(stream, name, null, inner), options);
    }

    private static IEnumerable<Row> ReadFile(SourceFile file, ReadOptions options)
    {
        if (options.Where is null)
        {
            return ReadWhole(file, options);
        }

        return ReadFiltered(file, options);
    }

    private static IEnumerable<Row> ReadFiltered(SourceFile file, ReadOptions options)
    {
        using var stream = DataFileStream.Open(file.Path, Readable);   // once: whoever fills a pipe leaves when its reader does
        var rows = stream.CanSeek ? RowFilter.Apply(inner => ReadWhole(file, inner), options) : RowFilter.ApplyOnce(inner => ReadWhole(stream, file, inner), options);
        foreach (var row in rows)
        {
            yield return row;
        }
    }

    private static IEnumerable<Row> ReadWhole(SourceFile file, ReadOptions options)
    {
        using var stream = DataFileStream.Open(file.Path, Readable);
        foreach (var row in ReadWhole(stream, file, options))
        {
            yield return row;
        }
    }

    private static IEnumerable<Row> ReadWhole(DataFileStream stream, SourceFile file, ReadOptions options)
    {
        bool any = false;
        foreach (var row in Rows(stream, file, options))
        {
            options.Stop.ThrowIfCancellationRequested();
            any = true;
            yield return row;
        }

        stream.ThrowIfChanged();   // parquet and Arrow files are not read to their last byte, where the stream looks by itself
        if (!any)
        {
            throw new InvalidDataFileException(file.Path, null, "the file has no rows", Readable, "Check how the file was written.");
        }
    }

    private static IEnumerable<Row> Rows(DataFileStream stream, SourceFile file, ReadOptions options)
    {
        var head = Peek(stream, file.Path);
        if (options.Format == CorpusFormat.Parquet || (options.Format is null && head.StartsWith("PAR1"u8)))
        {
            return ParquetRows.Read(file.Path, options);
        }

        if (options.Format == CorpusFormat.Arrow || (options.Format is null && ArrowFrames.IsStream(head)))
        {
            return ArrowRows.Read(stream, file.Path, options);
        }

        BinaryFile.Refuse(file.Path, head);
        return ReadText(stream, file.Path, file.LabelNames, options);
    }

    private static ReadOnlySpan<byte> Peek(DataFileStream stream, string path)
    {
        if (!stream.CanSeek)
        {
            return [];
        }

        try
        {
            var head = new byte[HeadLength];
            int count = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
            stream.Position = 0;
            return head.AsSpan(0, count);
        }
        catch (IOException e)
        {
            throw new InvalidDataFileException(path, null, $"the file cannot be read ({e.Message.TrimEnd('.')})", Readable, "Check the disk that holds it.", e);
        }
    }

    private static IEnumerable<Row> ReadText(Stream stream, string name, IReadOnlyList<string>? labelNames, ReadOptions options)
    {
        OpenedFile? opened = null;
        bool isTold = false;
        using var window = new ByteWindow(new DecodedStream(stream, options.Encoding, TellEncoding), name);
        bool hasHeader = true;
        var format = options.Format ?? FormatDetector.Detect(window, options, out hasHeader);
        if (window.Bytes.IsEmpty && !window.Fill())
        {
            throw new InvalidDataFileException(name, null, "the file is empty", Readable, "Check how the file was written.");
        }

        labelNames ??= hasHeader ? null : HeaderlessTsv.LabelNames(name);
        opened = new OpenedFile(name, format, window.EncodingName, [], null) { CanBeReadAgain = stream.CanSeek };
        var announcing = options with
        {
            ColumnsFound = columns =>
            {
                options.ColumnsFound?.Invoke(columns);
                Open(opened with { Encoding = window.EncodingName, Columns = columns.Names, LabelNames = columns.Label < 0 ? null : labelNames });
            },
        };
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
            options.Stop.ThrowIfCancellationRequested();
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
            (opened, isTold) = (file, true);
            options.Opened?.Invoke(file);
        }

        void TellEncoding(string encoding)
        {
            if (isTold)
            {
                Open(opened! with { Encoding = encoding });
            }
        }
    }
}
