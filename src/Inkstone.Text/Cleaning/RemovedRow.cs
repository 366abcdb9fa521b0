using Inkstone.Text.Corpora;

namespace Inkstone.Text.Cleaning;

/// <summary>Why a row was taken out.</summary>
public enum RemovalReason
{
    /// <summary>The text is empty or only white space.</summary>
    Empty,

    /// <summary>The text has fewer characters than <c>min_characters</c>.</summary>
    TooShort,

    /// <summary>The text has more characters than <c>max_characters</c>.</summary>
    TooLong,

    /// <summary>The row has no label, and the caller needs one.</summary>
    Unlabelled,

    /// <summary>The same text stands with another label too.</summary>
    Conflicting,

    /// <summary>An earlier row has the same text and label.</summary>
    Duplicate,

    /// <summary>An earlier row has the same label, and a text that differs only as <see cref="ComparableText"/> takes no notice of.</summary>
    NormalizedDuplicate,

    /// <summary>The file has no readable row there: bytes that do not decode, or a broken record.</summary>
    Unreadable,
}

/// <summary>A row that cleaning took out. <see cref="Row.File"/> and <see cref="Row.Line"/> say where it stands.</summary>
/// <param name="Row">The row.</param>
/// <param name="Reason">The first reason that applied.</param>
public sealed record RemovedRow(Row Row, RemovalReason Reason)
{
    /// <summary>For <see cref="RemovalReason.Unreadable"/>: what is wrong, a clause without a full stop. Null for other reasons.</summary>
    public string? Problem { get; init; }

    /// <summary>A record that could not become a row.</summary>
    public static RemovedRow Of(SetAsideRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new(new Row { Text = "", File = record.File, Line = record.Line }, RemovalReason.Unreadable) { Problem = record.Problem };
    }
}
