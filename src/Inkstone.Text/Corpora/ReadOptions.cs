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

    /// <summary>Tab-separated values, a row a line, with a header.</summary>
    Tsv,

    /// <summary>A JSON array of objects.</summary>
    Json,

    /// <summary>A JSON object a line.</summary>
    JsonLines,

    /// <summary>A text a line, without header or labels.</summary>
    PlainText,
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

    /// <summary>Whether labels are needed. Default <see cref="LabelUse.Optional"/>.</summary>
    public LabelUse Labels { get; init; } = LabelUse.Optional;

    /// <summary>Label values that mean "unlabelled", beside null and empty. Default <c>-1</c>, as Hugging Face's data sets write it.</summary>
    public IReadOnlyList<string> UnlabelledValues { get; init; } = ["-1"];

    /// <summary>Whether <see cref="Row.Metadata"/> is filled. Default false.</summary>
    public bool WithMetadata { get; init; }

    /// <summary>The format; null (the default) tells it from the content, then from the extension.</summary>
    public CorpusFormat? Format { get; init; }
}
