using System.Text;

namespace Inkstone.Text.Corpora;

/// <summary>A text a line. An empty line is an empty text, so that outputs stand on their inputs' lines.</summary>
internal static class PlainTextRows
{
    public static IEnumerable<Row> Read(ByteWindow window, ReadOptions options)
    {
        RequireNoColumns(window.Name, options);
        var faults = new RowFaults(window.Name, options);
        for (int line = window.Line; window.TryReadLine(out var bytes); line = window.Line)
        {
            if (ToRow(window, bytes, line, options, faults) is { } row)
            {
                yield return row;
            }
        }

        faults.Close();
    }

    private static Row? ToRow(ByteWindow window, ReadOnlySpan<byte> bytes, int line, ReadOptions options, RowFaults faults)
    {
        try
        {
            window.RequireText(bytes, line);
        }
        catch (InvalidDataFileException e) when (faults.Allow(e))
        {
            faults.SetAside(e);
            return null;
        }

        faults.Passed();
        string text = Encoding.UTF8.GetString(bytes);
        return new Row { Text = text, Record = options.Where is null ? null : [new("text", text)], File = window.Name, Line = line };
    }

    private static void RequireNoColumns(string file, ReadOptions options)
    {
        if (options.NamedColumns.FirstOrDefault() is { } told)
        {
            throw new InvalidDataFileException(file, 1, $"the file is plain text, so it has no column '{told}'",
                "a header that names the columns", "Put the column names on the first line, between tabs or commas.");
        }

        if (options.Labels == LabelUse.Required)
        {
            throw new InvalidDataFileException(file, 1, "the file is plain text, so it has no labels",
                "a header that names a text and a label column", "Put the column names on the first line, between tabs or commas.");
        }
    }
}
