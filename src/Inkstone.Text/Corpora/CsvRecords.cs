namespace Inkstone.Text.Corpora;

/// <summary>RFC 4180: a field that begins with a quote ends with one, and may hold commas, line breaks and doubled quotes.</summary>
/// <remarks>A quote inside a field that does not begin with one is text. A quoted field must end before a comma or line end.</remarks>
internal sealed class CsvRecords(ByteWindow window) : IRecords
{
    private const byte Quote = (byte)'"';

    /// <inheritdoc/>
    public bool TryRead(List<Field> fields, out ReadOnlySpan<byte> record, out int line)
    {
        int length;
        do
        {
            while (!TryScan(fields, out length))
            {
                window.FillToDouble();
            }

            line = window.Line;
            record = window.Bytes[..length];
            window.Advance(length);
        }
        while (length > 0 && fields is [{ Length: 0, Quoted: false }]);
        return length > 0;
    }

    /// <summary>Scans one record from the window's start; false where the window has to grow first.</summary>
    private bool TryScan(List<Field> fields, out int length)
    {
        fields.Clear();
        length = 0;
        var bytes = window.Bytes;
        if (bytes.IsEmpty)
        {
            return window.Ended;
        }

        for (int start = 0; ;)
        {
            bool quoted = start < bytes.Length && bytes[start] == Quote;
            int end = quoted ? ClosingQuote(bytes, start) : start;
            if (end < 0)
            {
                return false;
            }

            int after = quoted ? end + 1 : start;
            int stop = bytes[after..].IndexOfAny((byte)',', (byte)'\n');
            if (stop < 0 && !window.Ended)
            {
                return false;
            }

            stop = stop < 0 ? bytes.Length : after + stop;
            bool comma = stop < bytes.Length && bytes[stop] == (byte)',';
            int contentEnd = !comma && stop > after && bytes[stop - 1] == (byte)'\r' ? stop - 1 : stop;
            if (quoted && contentEnd != after)
            {
                throw TextAfterQuote(bytes, end);
            }

            fields.Add(quoted ? new Field(start + 1, end - start - 1, true) : new Field(start, contentEnd - start, false));
            if (!comma)
            {
                length = Math.Min(stop + 1, bytes.Length);
                return true;
            }

            start = stop + 1;
        }
    }

    /// <summary>The quote that closes the one at <paramref name="open"/>, or -1 where it is not in the window yet.</summary>
    private int ClosingQuote(ReadOnlySpan<byte> bytes, int open)
    {
        for (int position = open + 1; bytes[position..].IndexOf(Quote) is >= 0 and var distance; position += 2)
        {
            position += distance;
            bool last = position + 1 == bytes.Length;
            if (last && !window.Ended)
            {
                return -1;   // the next byte tells whether this quote is doubled
            }

            if (last || bytes[position + 1] != Quote)
            {
                return position;
            }
        }

        return !window.Ended ? -1 : throw new InvalidDataFileException(window.Name, LineAt(bytes, open),
            "the quote that opens a field here never closes", "a \" before a comma or the end of a line",
            "Close the field, and double each quote that belongs to the text (\"\").");
    }

    private InvalidDataFileException TextAfterQuote(ReadOnlySpan<byte> bytes, int close) => new(window.Name, LineAt(bytes, close),
        "a quoted field ends and text follows", "a comma or the end of the line after the closing quote",
        "Double each quote that belongs to the text (\"\").");

    private int LineAt(ReadOnlySpan<byte> bytes, int position) => window.Line + bytes[..position].Count((byte)'\n');
}
