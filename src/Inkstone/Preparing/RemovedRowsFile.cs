using System.Text.Json;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;

namespace Inkstone.Preparing;

/// <summary>Writes <c>removed.csv</c>: the rows that cleaning took out, with file, line and reason.</summary>
internal static class RemovedRowsFile
{
    private static readonly string[] Columns = ["file", "line", "reason", "label", "text", "text_pair"];

    public static void Write(Stream stream, IEnumerable<RemovedRow> rows)
    {
        using var writer = RowWriter.Create(stream, "removed.csv", Columns);
        foreach (var (row, reason) in rows)
        {
            writer.Write(
            [
                new("file", row.File), new("line", row.Line), new("reason", NameOf(reason)),
                new("label", row.Label), new("text", row.Text), new("text_pair", row.TextPair),
            ]);
        }
    }

    private static string NameOf(RemovalReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());
}
