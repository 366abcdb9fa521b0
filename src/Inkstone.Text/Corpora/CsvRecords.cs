namespace Inkstone.Text.Corpora;

/// <summary>RFC 4180: a field that begins with a quote ends with one, and may hold commas, line breaks and doubled quotes.</summary>
/// <remarks>
/// A quote inside a field that does not begin with one is text. A quoted field must end before a comma or line end. Where it does
/// not, the lines after the opening quote decide: if they read as records, the quote alone is wrong and its line the only bad one;
/// otherwise they belong to the bad record, which ends with the line on which the fault shows.
/// </remarks>
internal sealed class CsvRecords(ByteWindow window) : IRecords
{
    private const byte Quote = (byte)'"';
    private const int RecordsThatConvince = 3;

    private int width;
    private bool afterBadQuotes;

    private enum Scan
    {
        Whole,
        Cut,
        TextAfterQuote,
        NeverCloses,
    }

    /// <inheritdoc/>
    /// <remarks>After an exception about one record the next call reads the record that follows it.</remarks>
    public bool TryRead(List<Field> fields, out ReadOnlySpan<byte> record, out int line)
    {
        int length;
        do
        {
            Scan scan;
            int open, close;
            while ((scan = ScanRecord(window.Bytes, window.Ended, fields, out length, out open, out close)) == Scan.Cut)
            {
                if (window.IsFull && open >= 0)
                {
                    scan = Scan.NeverCloses;
                    break;
                }

                window.FillToDouble();
            }

            if (scan != Scan.Whole)
            {
                throw Pass(scan, open, close);
            }

            line = window.Line;
            record = window.Bytes[..length];
            window.Advance(length);
            if (afterBadQuotes && HasStrayQuote(record, fields))
            {
                throw StrayQuote(line);
            }

            afterBadQuotes = false;
        }
        while (length > 0 && fields is [{ Length: 0, Quoted: false }]);
        width = width == 0 ? fields.Count : width;
        return length > 0;
    }

    /// <summary>Scans one record.</summary>
    /// <param name="bytes">From the record's start.</param>
    /// <param name="ended">Whether nothing follows them.</param>
    /// <param name="fields">Cleared, then given the fields.</param>
    /// <param name="length">The record's length, its line break included; 0 at the end.</param>
    /// <param name="open">The quote that opens the field that is cut or wrong; -1 where it has none.</param>
    /// <param name="close">The quote that closes it too early.</param>
    private static Scan ScanRecord(ReadOnlySpan<byte> bytes, bool ended, List<Field> fields, out int length, out int open, out int close)
    {
        fields.Clear();
        (length, open, close) = (0, -1, -1);
        if (bytes.IsEmpty)
        {
            return ended ? Scan.Whole : Scan.Cut;
        }

        for (int start = 0; ;)
        {
            bool quoted = start < bytes.Length && bytes[start] == Quote;
            open = quoted ? start : -1;
            close = quoted ? ClosingQuote(bytes, start, ended) : start;
            if (close < 0)
            {
                return ended ? Scan.NeverCloses : Scan.Cut;
            }

            int after = quoted ? close + 1 : start;
            int stop = bytes[after..].IndexOfAny((byte)',', (byte)'\n');
            if (stop < 0 && !ended)
            {
                open = -1;
                return Scan.Cut;
            }

            stop = stop < 0 ? bytes.Length : after + stop;
            bool comma = stop < bytes.Length && bytes[stop] == (byte)',';
            int contentEnd = !comma && stop > after && bytes[stop - 1] == (byte)'\r' ? stop - 1 : stop;
            if (quoted && contentEnd != after)
            {
                return Scan.TextAfterQuote;
            }

            fields.Add(quoted ? new Field(start + 1, close - start - 1, true) : new Field(start, contentEnd - start, false));
            if (!comma)
            {
                length = Math.Min(stop + 1, bytes.Length);
                return Scan.Whole;
            }

            start = stop + 1;
        }
    }

    /// <summary>The quote that closes the one at <paramref name="open"/>, or -1 where it is not there (yet).</summary>
    private static int ClosingQuote(ReadOnlySpan<byte> bytes, int open, bool ended)
    {
        for (int position = open + 1; bytes[position..].IndexOf(Quote) is >= 0 and var distance; position += 2)
        {
            position += distance;
            bool last = position + 1 == bytes.Length;
            if (last && !ended)
            {
                return -1;   // the next byte tells whether this quote is doubled
            }

            if (last || bytes[position + 1] != Quote)
            {
                return position;
            }
        }

        return -1;
    }

    private static bool HasStrayQuote(ReadOnlySpan<byte> record, List<Field> fields)
    {
        foreach (var field in fields)
        {
            if (!field.Quoted && record.Slice(field.Start, field.Length).Contains(Quote))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Moves behind a record whose quotes are wrong, and gives the error that says so.</summary>
    private InvalidDataFileException Pass(Scan scan, int open, int close)
    {
        int lineBreak = window.Bytes[open..].IndexOf((byte)'\n');
        int nextLine = lineBreak < 0 ? window.Bytes.Length : open + lineBreak + 1;
        int until = scan == Scan.NeverCloses ? window.Bytes.Length : close + 1;
        int needed = scan == Scan.NeverCloses ? 0 : RecordsThatConvince;
        if (CountRecords(nextLine, until) is { } records && records >= needed)
        {
            var unclosed = NeverCloses(open, isOfOneRow: true);
            window.Advance(nextLine);
            return unclosed;
        }

        if (scan == Scan.NeverCloses)
        {
            return NeverCloses(open, isOfOneRow: false);
        }

        var fault = TextAfterQuote(open, close);
        while ((lineBreak = window.Bytes[close..].IndexOf((byte)'\n')) < 0 && window.Fill())
        {
        }

        window.Advance(lineBreak < 0 ? window.Bytes.Length : close + lineBreak + 1);
        afterBadQuotes = true;
        return fault;
    }

    /// <summary>How many records begin from one place up to another; null where something there is no record of the file.</summary>
    private int? CountRecords(int from, int until)
    {
        var fields = new List<Field>();
        int count = 0;
        while (from < until)
        {
            var bytes = window.Bytes[from..];
            var scan = ScanRecord(bytes, window.Ended, fields, out int length, out _, out _);
            if (scan == Scan.Cut)
            {
                return count;
            }

            bool blank = fields is [{ Length: 0, Quoted: false }];
            if (scan != Scan.Whole || (!blank && fields.Count != width) || HasStrayQuote(bytes[..length], fields))
            {
                return null;
            }

            count += blank ? 0 : 1;
            from += length;
        }

        return count;
    }

    private InvalidDataFileException NeverCloses(int open, bool isOfOneRow) => new(window.Name, LineAt(open),
        "the quote that opens a field here never closes", "a \" before a comma or the end of a line",
        "Close the field, and double each quote that belongs to the text (\"\").") { IsOfOneRow = isOfOneRow };

    private InvalidDataFileException TextAfterQuote(int open, int close)
    {
        string opened = LineAt(open) == LineAt(close) ? "" : FormattableString.Invariant($", opened in line {LineAt(open)},");
        return new(window.Name, LineAt(close), $"a quoted field{opened} ends and text follows",
            "a comma or the end of the line after the closing quote", "Double each quote that belongs to the text (\"\").") { IsOfOneRow = true };
    }

    private InvalidDataFileException StrayQuote(int line) => new(window.Name, line,
        "a quote stands inside a field that does not begin with one, right after a record whose quotes are wrong",
        "a record", "Double each quote that belongs to the text (\"\").") { IsOfOneRow = true };

    private int LineAt(int position) => window.Line + window.Bytes[..position].Count((byte)'\n');
}
