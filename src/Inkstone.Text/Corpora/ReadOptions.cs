namespace Inkstone.Text.Corpora;

/// <summary>What a reader does about labels.</summary>
public enum LabelUse
{
    /// <summary>A label column is read where one is found or told.</summary>
    Optional,

    /// <summary>A file without a label column is an error. Single rows may still be unlabelled.</summary>
    Required,

    /// <summary>No label column is looked for: it is metadata like any other.</summary>
    Ignored,
}

/// <summary>How the bytes of a data file become rows.</summary>
public enum CorpusFormat
{
    /// <summary>Comma-separated values as in RFC 4180, with a header.</summary>
    Csv,

    /// <summary>Tab-separated values, a row a line, with a header; or without one, text and label alone.</summary>
    Tsv,

    /// <summary>A JSON array of objects.</summary>
    Json,

    /// <summary>A JSON object a line.</summary>
    JsonLines,

    /// <summary>A text a line, without header or labels.</summary>
    PlainText,

    /// <summary>Apache Parquet.</summary>
    Parquet,

    /// <summary>Apache Arrow's stream form, as Hugging Face's <c>save_to_disk</c> writes it.</summary>
    Arrow,
}

/// <summary>Which columns to read from a data file, and how.</summary>
public sealed record ReadOptions
{
    /// <summary>The column that holds the text; null or <c>auto</c> finds it by its usual names.</summary>
    public string? TextColumn { get; init; }

    /// <summary>The column that holds the second text of a pair; null (the default) reads no pairs.</summary>
    public string? TextPairColumn { get; init; }

    /// <summary>The column that holds the label; null or <c>auto</c> finds it by its usual names.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>The column that holds the row's id; null or <c>auto</c> finds it by its usual names.</summary>
    public string? IdColumn { get; init; }

    /// <summary>The column whose equal values mark rows that belong together; null (the default) knows no groups.</summary>
    public string? GroupColumn { get; init; }

    /// <summary>Renames labels as the file has them (<c>0</c> to <c>neg</c>); a label that it lacks is an error. Null (the default) keeps them.</summary>
    public IReadOnlyDictionary<string, string>? LabelMap { get; init; }

    /// <summary>Name of the text encoding, one of <see cref="Encodings.EncodingNames.All"/>; null or <c>auto</c> tells it from the bytes.</summary>
    public string? Encoding { get; init; }

    /// <summary>Which split of a folder to read; null where it has only one.</summary>
    public string? Split { get; init; }

    /// <summary>A SQL condition on the file's columns that rows must meet to be read at all; null for every row.</summary>
    public string? Where { get; init; }

    /// <summary>Told of each file before its first row; and again where a file, ASCII for long, turns out later to have another encoding.</summary>
    public Action<OpenedFile>? Opened { get; init; }

    /// <summary>Told of every record that could not become a row; null makes the first one an error.</summary>
    public Action<SetAsideRecord>? SetAside { get; init; }

    /// <summary>Whether labels are needed. Default <see cref="LabelUse.Optional"/>.</summary>
    public LabelUse Labels { get; init; } = LabelUse.Optional;

    /// <summary>Label values that mean "unlabelled", beside null and empty. Default <c>-1</c>, as Hugging Face's data sets write it.</summary>
    public IReadOnlyList<string> UnlabelledValues { get; init; } = ["-1"];

    /// <summary>Whether <see cref="Row.Metadata"/> is filled. Default false.</summary>
    public bool WithMetadata { get; init; }

    /// <summary>Ends the reading, wherever it is, with an <see cref="OperationCanceledException"/>; the default never does.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>The columns that are named here, in whatever part.</summary>
    internal IEnumerable<string> NamedColumns => new[] { TextColumn, TextPairColumn, LabelColumn, IdColumn, GroupColumn }.OfType<string>().Where(column => column != "auto");

    /// <summary>Told of a file's columns as soon as their parts are known.</summary>
    internal Action<Columns>? ColumnsFound { get; init; }

    /// <summary>The format; null (the default) tells it from the content, then from the extension.</summary>
    public CorpusFormat? Format { get; init; }
}
