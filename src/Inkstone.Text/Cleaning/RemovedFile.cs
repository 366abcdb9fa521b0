using System.Text.Json;
using Inkstone.Text.Corpora;

namespace Inkstone.Text.Cleaning;

/// <summary>
/// Writes <c>removed.csv</c>, a line for each row that left: <c>file,line,reason,label,text,text_pair,problem,id,row</c>, where <c>row</c> is the
/// object's number in a JSON array. Rows can be added while their file is read a second time.
/// </summary>
public sealed class RemovedFile : IDisposable
{
    /// <summary>Its usual name.</summary>
    public const string Name = "removed.csv";

    private static readonly string[] Columns = ["file", "line", "reason", "label", "text", "text_pair", "problem", "id", "row"];

    private readonly RowWriter writer;

    /// <summary>Begins the file with its header.</summary>
    /// <param name="stream">Where the bytes go; the caller owns it, and it stays open.</param>
    public RemovedFile(Stream stream) => writer = RowWriter.Create(stream, Name, Columns);

    /// <summary>How many rows have been written.</summary>
    public long Count { get; private set; }

    /// <summary>A reason as files and messages have it: <c>too_short</c>.</summary>
    public static string NameOf(RemovalReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    /// <summary>Writes a row that left, with its text as it was read.</summary>
    public void Add(RemovedRow removed)
    {
        ArgumentNullException.ThrowIfNull(removed);
        var row = removed.Row;
        writer.Write(
        [
            new("file", row.File), new("line", row.Line), new("reason", NameOf(removed.Reason)), new("label", row.Label),
            new("text", row.Text), new("text_pair", row.TextPair), new("problem", removed.Problem), new("id", row.Id), new("row", row.Number),
        ]);
        Count++;
    }

    /// <summary>Writes a record that could not become a row.</summary>
    public void Add(SetAsideRecord record) => Add(RemovedRow.Of(record));

    /// <summary>Hands over what is still held here. The stream stays open.</summary>
    public void Dispose() => writer.Dispose();
}
