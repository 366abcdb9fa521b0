namespace Inkstone.Text.Corpora;

/// <summary>A row a line, cut at tabs. Reviews are full of quotes, so a quote is text unless the line proves otherwise.</summary>
/// <remarks>
/// A line is first cut at every tab. A field that both begins and ends with a quote, and whose inner quotes are all doubled, is
/// a quoted one; any other quote is text. Only where that gives another number of fields than the header has, tabs inside
/// properly closed quotes are taken as text. No field spans lines.
/// </remarks>
internal sealed class TsvRecords(ByteWindow window) : IRecords
{
    private const byte Quote = (byte)'"';
    private const byte Tab = (byte)'\t';

    private int columns;

    /// <inheritdoc/>
    public bool TryRead(List<Field> fields, out ReadOnlySpan<byte> record, out int line)
    {
        do
        {
            line = window.Line;
            if (!window.TryReadLine(out record))
            {
                return false;
            }
        }
        while (record.IsEmpty);

        Cut(record, fields, tabsInQuotes: false);
        if (columns == 0)
        {
            columns = fields.Count;
        }
        else if (fields.Count != columns)
        {
            Cut(record, fields, tabsInQuotes: true);
        }

        return true;
    }

    private static void Cut(ReadOnlySpan<byte> line, List<Field> fields, bool tabsInQuotes)
    {
        fields.Clear();
        for (int start = 0; start <= line.Length;)
        {
            int length = line[start..].IndexOf(Tab) is >= 0 and var tab ? tab : line.Length - start;
            bool quoted = false;
            if (start < line.Length && line[start] == Quote)
            {
                int close = ClosingQuote(line[start..]);
                int limit = tabsInQuotes ? line.Length - start : length;
                quoted = close > 0 && close < limit && (start + close + 1 == line.Length || line[start + close + 1] == Tab);
                length = quoted ? close + 1 : length;
            }

            fields.Add(quoted ? new Field(start + 1, length - 2, true) : new Field(start, length, false));
            start += length + 1;
        }
    }

    /// <summary>The quote that closes the one at 0, doubled ones passed; -1 where there is none.</summary>
    private static int ClosingQuote(ReadOnlySpan<byte> field)
    {
        for (int position = 1; position < field.Length; position++)
        {
            int distance = field[position..].IndexOf(Quote);
            if (distance < 0)
            {
                return -1;
            }

            position += distance;
            if (position + 1 == field.Length || field[position + 1] != Quote)
            {
                return position;
            }

            position++;
        }

        return -1;
    }
}
