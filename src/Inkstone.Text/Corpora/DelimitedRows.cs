using System.Text;
using System.Text.Json.Nodes;

namespace Inkstone.Text.Corpora;

/// <summary>Rows of a csv or tsv: the first record is the header, unless columns are given, and every other has as many fields.</summary>
internal static class DelimitedRows
{
    /// <summary>Reads all rows.</summary>
    /// <param name="window">The file, before its first record.</param>
    /// <param name="records">What cuts it.</param>
    /// <param name="options">Which column is what.</param>
    /// <param name="names">The columns' names where the file has no header; otherwise null.</param>
    public static IEnumerable<Row> Read(ByteWindow window, IRecords records, ReadOptions options, IReadOnlyList<string>? names = null)
    {
        var fields = new List<Field>();
        int line = window.Line;
        if (names is null)
        {
            if (!records.TryRead(fields, out var header, out line))
            {
                yield break;
            }

            window.RequireText(header, line);
            names = Names(header, fields);
        }

        var columns = Columns.Find(window.Name, line, names, options);
        RequireNamesOnce(window.Name, line, columns, options);
        var faults = new RowFaults(window.Name, options);
        while (TryRead(window, records, fields, columns, options, faults, out var row))
        {
            if (row is not null)
            {
                yield return row;
            }
        }

        faults.Close();
    }

    /// <summary>Reads the next record; false at the end. The row is null where the record was set aside.</summary>
    private static bool TryRead(
        ByteWindow window, IRecords records, List<Field> fields, Columns columns, ReadOptions options, RowFaults faults, out Row? row)
    {
        row = null;
        try
        {
            if (!records.TryRead(fields, out var record, out int line))
            {
                return false;
            }

            window.RequireText(record, line);
            RequireWidth(window.Name, line, fields.Count, columns);
            row = ToRow(record, fields, columns, window.Name, line, options);
            faults.Passed();
        }
        catch (InvalidDataFileException e) when (faults.Allow(e))
        {
            faults.SetAside(e);
        }

        return true;
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

    /// <summary>A name that stands twice is an error where somebody asks for the column by it; spreadsheets are full of others.</summary>
    private static void RequireNamesOnce(string file, int line, Columns columns, ReadOptions options)
    {
        int[] parts = [columns.Text, columns.TextPair, columns.Label, columns.Id, columns.Group];
        foreach (var (name, _) in columns.Names.CountBy(name => name).Where(name => name.Key.Length > 0 && name.Value > 1))
        {
            if (options.WithMetadata || options.Where is not null || parts.Any(part => part >= 0 && columns.Names[part] == name))
            {
                throw new InvalidDataFileException(file, line, $"two columns have the name '{name}'", "each name once in the header", "Rename or remove one of them.");
            }
        }
    }

    private static void RequireWidth(string file, int line, int found, Columns columns)
    {
        if (found != columns.Names.Count)
        {
            throw new InvalidDataFileException(file, line,
                FormattableString.Invariant($"the row has {found} field{(found == 1 ? "" : "s")}"),
                FormattableString.Invariant($"{columns.Names.Count} as in the header ({string.Join(", ", columns.Names)})"),
                "Quote a text that holds the separator; in a tsv, replace line breaks and tabs inside a text by spaces.") { IsOfOneRow = true };
        }
    }

    private static Row ToRow(ReadOnlySpan<byte> record, List<Field> fields, Columns columns, string file, int line, ReadOptions options) => new()
    {
        Text = Decode(record, fields[columns.Text]),
        TextPair = columns.TextPair < 0 ? null : Decode(record, fields[columns.TextPair]),
        Label = columns.Label < 0 ? null : columns.LabelOf(Decode(record, fields[columns.Label]), file, line),
        Id = columns.Id < 0 ? null : Decode(record, fields[columns.Id]),
        Group = columns.Group < 0 ? null : Decode(record, fields[columns.Group]),
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
