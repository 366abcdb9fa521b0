using System.Text;
using System.Text.Json.Nodes;

namespace Inkstone.Text.Corpora;

/// <summary>Rows of a csv or tsv: the first record is the header, and every other has as many fields.</summary>
internal static class DelimitedRows
{
    public static IEnumerable<Row> Read(ByteWindow window, IRecords records, ReadOptions options)
    {
        var fields = new List<Field>();
        if (!records.TryRead(fields, out var header, out int line))
        {
            yield break;
        }

        window.RequireUtf8(header, line);
        var columns = Columns.Find(window.Name, line, Names(header, fields), options);
        while (records.TryRead(fields, out var record, out line))
        {
            window.RequireUtf8(record, line);
            RequireWidth(window.Name, line, fields.Count, columns);
            yield return ToRow(record, fields, columns, window.Name, line, options);
        }
    }

    private static List<string> Names(ReadOnlySpan<byte> header, List<Field> fields)
    {
        var names = new List<string>(fields.Count);
        foreach (var field in fields)
        {
            names.Add(Decode(header, field).Trim());
        }

        return names;
    }

    private static void RequireWidth(string file, int line, int found, Columns columns)
    {
        if (found != columns.Names.Count)
        {
            throw new InvalidDataFileException(file, line,
                FormattableString.Invariant($"the row has {found} field{(found == 1 ? "" : "s")}"),
                FormattableString.Invariant($"{columns.Names.Count} as in the header ({string.Join(", ", columns.Names)})"),
                "Quote a text that holds the separator; in a tsv, replace line breaks and tabs inside a text by spaces.");
        }
    }

    private static Row ToRow(ReadOnlySpan<byte> record, List<Field> fields, Columns columns, string file, int line, ReadOptions options) => new()
    {
        Text = Decode(record, fields[columns.Text]),
        TextPair = columns.TextPair < 0 ? null : Decode(record, fields[columns.TextPair]),
        Label = columns.Label < 0 ? null : columns.NullIfUnlabelled(Decode(record, fields[columns.Label])),
        Id = columns.Id < 0 ? null : Decode(record, fields[columns.Id]),
        Metadata = options.WithMetadata ? Pairs(record, fields, columns, columns.IsMetadata) : [],
        Record = options.Where is null ? null : Pairs(record, fields, columns, column => columns.Names[column].Length > 0),
        File = file,
        Line = line,
    };

    private static List<KeyValuePair<string, JsonNode?>> Pairs(ReadOnlySpan<byte> record, List<Field> fields, Columns columns, Func<int, bool> wanted)
    {
        var pairs = new List<KeyValuePair<string, JsonNode?>>(fields.Count);
        for (int i = 0; i < fields.Count; i++)
        {
            if (wanted(i))
            {
                pairs.Add(new(columns.Names[i], JsonValue.Create(Decode(record, fields[i]))));
            }
        }

        return pairs;
    }

    private static string Decode(ReadOnlySpan<byte> record, Field field)
    {
        var bytes = record.Slice(field.Start, field.Length);
        string text = Encoding.UTF8.GetString(bytes);
        return field.Quoted && bytes.Contains((byte)'"') ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }
}
