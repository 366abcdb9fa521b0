using System.Text.Json;

namespace Inkstone.Text.Corpora;

/// <summary>Rows of a JSON array of objects, or of a file with an object a line. Only one object is in memory at a time.</summary>
internal static class JsonRows
{
    public static IEnumerable<Row> ReadLines(ByteWindow window, ReadOptions options)
    {
        var objects = new JsonObjectParser(window, options);
        var faults = new RowFaults(window.Name, options);
        for (int line = window.Line; window.TryReadLine(out var bytes); line = window.Line)
        {
            if (!bytes.Trim(" \t\r"u8).IsEmpty && Parse(objects, bytes, line, faults) is { } row)
            {
                yield return row;
            }
        }

        faults.Close();
    }

    public static IEnumerable<Row> ReadArray(ByteWindow window, ReadOptions options)
    {
        var objects = new JsonObjectParser(window, options);
        var faults = new RowFaults(window.Name, options);
        Expect(window, (byte)'[', "'['");
        window.Advance(1);
        for (int number = 1; Peek(window) != (byte)']'; number++)
        {
            int length = ObjectLength(window);
            var row = Parse(objects, window.Bytes[..length], window.Line, faults);
            window.Advance(length);
            if (row is not null)
            {
                yield return row with { Number = number };
            }

            if (Peek(window) != (byte)']')
            {
                Expect(window, (byte)',', "',' or ']' after an object");
                window.Advance(1);
            }
        }

        window.Advance(1);
        if (Peek(window) is not null)
        {
            throw Unexpected(window, "nothing after the array's ']'");
        }

        faults.Close();
    }

    /// <summary>The object's row; null where it was set aside.</summary>
    private static Row? Parse(JsonObjectParser objects, ReadOnlySpan<byte> bytes, int line, RowFaults faults)
    {
        try
        {
            var row = objects.Parse(bytes, line);
            faults.Passed();
            return row;
        }
        catch (InvalidDataFileException e) when (faults.Allow(e))
        {
            faults.SetAside(e);
            return null;
        }
    }

    /// <summary>The next byte that is no white space, or null at the end.</summary>
    private static byte? Peek(ByteWindow window)
    {
        while (true)
        {
            int blank = window.Bytes.IndexOfAnyExcept(" \t\r\n"u8);
            window.Advance(blank < 0 ? window.Bytes.Length : blank);
            if (!window.Bytes.IsEmpty)
            {
                return window.Bytes[0];
            }

            if (!window.Fill())
            {
                return null;
            }
        }
    }

    private static int ObjectLength(ByteWindow window)
    {
        Expect(window, (byte)'{', "an array of objects");
        while (true)
        {
            try
            {
                var reader = new Utf8JsonReader(window.Bytes, window.Ended, default);
                if (reader.Read() && reader.TrySkip())
                {
                    return (int)reader.BytesConsumed;
                }
            }
            catch (JsonException e)
            {
                throw JsonObjectParser.Broken(window, window.Line, e);
            }

            window.FillToDouble();
        }
    }

    private static void Expect(ByteWindow window, byte wanted, string expected)
    {
        if (Peek(window) != wanted)
        {
            throw Unexpected(window, expected);
        }
    }

    private static InvalidDataFileException Unexpected(ByteWindow window, string expected) => new(window.Name, window.Line,
        window.Bytes.IsEmpty ? "the file ends inside the array" : $"the array is broken at '{(char)window.Bytes[0]}'", expected,
        "Check whether the file was written to its end; a file with one object a line has no outer brackets.");
}
