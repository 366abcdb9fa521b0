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

    /// <summary>The rows that leave, found among all of them in a second reading: none of their texts was kept.</summary>
    /// <param name="rows">The rows in the order in which <see cref="RowJudge"/> had them.</param>
    /// <param name="verdicts">What it said of them.</param>
    public static IEnumerable<RemovedRow> Among(IEnumerable<Row> rows, IReadOnlyList<RemovalReason?> verdicts) =>
        rows.Zip(verdicts).Where(pair => pair.Second is not null).Select(pair => new RemovedRow(pair.First, pair.Second!.Value));
}

/// <summary>What cleaning did: nothing leaves in silence.</summary>
/// <param name="Kept">The number of rows that stayed.</param>
/// <param name="Removed">The rows that left, in input order.</param>
public sealed record CleaningReport(int Kept, IReadOnlyList<RemovedRow> Removed)
{
    /// <summary>The number of rows that left for one reason.</summary>
    public int Count(RemovalReason reason) => Removed.Count(removed => removed.Reason == reason);
}

/// <summary>The rows that cleaning kept, as they were read and in input order, and what it did to the others.</summary>
/// <param name="Rows">The rows that stayed.</param>
/// <param name="Report">The counts, and the rows that left.</param>
public sealed record CleanedRows(IReadOnlyList<Row> Rows, CleaningReport Report);
