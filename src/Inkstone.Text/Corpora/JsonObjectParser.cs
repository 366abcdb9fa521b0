using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inkstone.Text.Corpora;

/// <summary>Turns JSON objects of one file into rows. The first object decides which column is which.</summary>
internal sealed class JsonObjectParser(ByteWindow window, ReadOptions options)
{
    private readonly List<byte[]> names = [];
    private readonly List<long> lastSeen = [];   // by column: the number of the object that had it last
    private long objects;
    private Columns? columns;

    /// <summary>Parses one object.</summary>
    /// <param name="bytes">The whole object and nothing else but white space.</param>
    /// <param name="line">The 1-based line on which <paramref name="bytes"/> begins.</param>
    /// <exception cref="InvalidDataFileException">The object is broken, or lacks its text.</exception>
    public Row Parse(ReadOnlySpan<byte> bytes, int line)
    {
        window.RequireText(bytes, line);
        try
        {
            columns ??= FindColumns(bytes, line);
            return ParseObject(bytes, line, columns);
        }
        catch (JsonException e)
        {
            throw Broken(window, line, e);
        }
        catch (InvalidOperationException e)
        {
            // Utf8JsonReader speaks so about an escaped half of a surrogate pair, which no text can hold.
            throw new InvalidDataFileException(window.Name, line, "a string holds half of a surrogate pair (\\ud800 to \\udfff)",
                "escapes that come in pairs", "Remove the half, or write the character itself.", e) { IsOfOneRow = true };
        }
    }

    /// <summary>The error for JSON that does not parse; <paramref name="line"/> is where the parser began.</summary>
    public static InvalidDataFileException Broken(ByteWindow window, int line, JsonException e) => new(
        window.Name, line + (int)(e.LineNumber ?? 0), FormattableString.Invariant($"the JSON is broken at byte {e.BytePositionInLine + 1}"),
        "one object a line, or one array of objects", "Check whether the file was written to its end, and by a JSON library.", e) { IsOfOneRow = true };

    private Columns FindColumns(ReadOnlySpan<byte> bytes, int line)
    {
        var found = new List<string>();
        var reader = Open(bytes, line);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (found.Contains(name))
            {
                throw Repeated(name, line);
            }

            found.Add(name);
            names.Add(Encoding.UTF8.GetBytes(found[^1]));
            reader.Skip();
        }

        return Columns.Find(window.Name, line, found, options, mayGrow: true);
    }

    private Row ParseObject(ReadOnlySpan<byte> bytes, int line, Columns columns)
    {
        string? text = null, textPair = null, label = null, id = null, group = null;
        bool hasText = false;
        List<KeyValuePair<string, JsonNode?>>? metadata = null;
        var reader = Open(bytes, line);
        objects++;
        for (int position = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; position++)
        {
            int column = FindColumn(ref reader, position, columns);
            RequireOnce(column, columns, line);
            reader.Read();
            if (column == columns.Text)
            {
                (text, hasText) = (GetText(ref reader, line, "text"), true);
            }
            else if (column == columns.TextPair)
            {
                textPair = GetText(ref reader, line, "second text");
            }
            else if (column == columns.Label)
            {
                label = GetScalar(ref reader, line, columns.Names[column]);
            }
            else
            {
                if (column == columns.Id)
                {
                    id = GetScalar(ref reader, line, columns.Names[column]);
                }

                if (column == columns.Group)
                {
                    group = GetScalar(ref reader, line, columns.Names[column]);
                }

                if (columns.IsMetadata(column))
                {
                    (metadata ??= []).Add(new(columns.Names[column], JsonNode.Parse(ref reader)));
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        reader.Read();   // anything after the object is an error, and the reader finds it
        return new Row
        {
            Text = hasText ? text ?? "" : throw new InvalidDataFileException(window.Name, line,
                $"the object has no '{columns.Names[columns.Text]}'", "the text column that the first object has",
                "Give every object the same text key.") { IsOfOneRow = true },
            TextPair = textPair,
            Label = columns.LabelOf(label, window.Name, line),
            Id = id,
            Group = group,
            Metadata = metadata ?? [],
            Record = options.Where is null ? null : Record(bytes, columns),
            File = window.Name,
            Line = line,
        };
    }

    private List<KeyValuePair<string, JsonNode?>> Record(ReadOnlySpan<byte> bytes, Columns columns)
    {
        var record = new List<KeyValuePair<string, JsonNode?>>();
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        for (int position = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; position++)
        {
            string name = columns.Names[FindColumn(ref reader, position, columns)];
            reader.Read();
            record.Add(new(name, JsonNode.Parse(ref reader)));
        }

        return record;
    }

    private void RequireOnce(int column, Columns columns, int line)
    {
        while (lastSeen.Count <= column)
        {
            lastSeen.Add(0);
        }

        if (lastSeen[column] == objects)
        {
            throw Repeated(columns.Names[column], line);
        }

        lastSeen[column] = objects;
    }

    private InvalidDataFileException Repeated(string name, int line) =>
        new(window.Name, line, $"the object has the key '{name}' twice", "each key once in an object", "Rename or remove one of them.");

    private Utf8JsonReader Open(ReadOnlySpan<byte> bytes, int line)
    {
        var reader = new Utf8JsonReader(bytes);
        return reader.Read() && reader.TokenType == JsonTokenType.StartObject
            ? reader
            : throw new InvalidDataFileException(window.Name, line, "this is JSON, but no object", "an object a row",
                "Write rows as {\"text\": …, \"label\": …}.") { IsOfOneRow = true };
    }

    /// <summary>The property's column: nearly always the one at the same position as in the first object.</summary>
    private int FindColumn(ref Utf8JsonReader reader, int position, Columns columns)
    {
        if (position < names.Count && reader.ValueTextEquals(names[position]))
        {
            return position;
        }

        for (int i = 0; i < names.Count; i++)
        {
            if (reader.ValueTextEquals(names[i]))
            {
                return i;
            }
        }

        string name = reader.GetString()!;
        names.Add(Encoding.UTF8.GetBytes(name));
        return columns.Add(name);
    }

    private string? GetText(ref Utf8JsonReader reader, int line, string what) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Null => null,
        _ => throw new InvalidDataFileException(window.Name, line, $"the {what} is a JSON {Kind(reader.TokenType)}", "a string or null",
            "Write the text in quotes, or name another column.") { IsOfOneRow = true },
    };

    private string? GetScalar(ref Utf8JsonReader reader, int line, string column) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Null => null,
        _ => throw new InvalidDataFileException(window.Name, line, $"'{column}' is a JSON {Kind(reader.TokenType)}", "a string, a number or null",
            "Name another column, or write one value a row.") { IsOfOneRow = true },
    };

    private static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "array",
        JsonTokenType.StartObject => "object",
        JsonTokenType.Number => "number",
        _ => "boolean",
    };
}
