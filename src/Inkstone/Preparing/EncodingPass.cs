using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Inkstone.Batching;
using Inkstone.Text.Chunking;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;

namespace Inkstone.Preparing;

/// <summary>
/// Reads a data file once: rows stream through cleaning and encoding, several windows of them at a time, and only ids, hashes and
/// verdicts stay, on disk where they are many. The result never depends on the number of threads.
/// </summary>
/// <param name="encoder">Makes ids.</param>
/// <param name="cleaning">Decides which rows leave.</param>
/// <param name="threads">Windows that are encoded at a time, beside the reading; 0 does all on the caller's thread.</param>
/// <param name="folder">Where <see cref="Spool"/> may put what is too much for memory; null for nowhere.</param>
internal sealed class EncodingPass(TextEncoder encoder, CleaningOptions cleaning, int threads, string? folder = null)
{
    /// <summary>A window is full at this many rows, or characters: enough for a thread to be worth it, little to hold.</summary>
    private const int WindowRows = 256, WindowCharacters = 1 << 16;

    private readonly ConcurrentBag<EncodedWindow> windows = [];   // taken in turn, so that windows leave no garbage
    private readonly bool wideIds = DocumentCodec.NeedsWideIds(encoder.Tokenizer.VocabularySize);

    /// <exception cref="InvalidDataFileException">The file cannot be used as it is.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public EncodedFile Run(LabelledRows source, CancellationToken stop)
    {
        var (documents, rows) = (new Spool(folder), new Spool(folder));
        using var comparable = new Spool(folder);
        try
        {
            var header = Encode(source, documents, rows, comparable, out var reasons, stop);
            var table = new RowTable<EncodedRow>(rows, 0, reasons.Count);
            return new(header, table, Judge(table, reasons, new(comparable, 0, reasons.Count)), new(documents, 0, documents.Length, wideIds), documents, rows);
        }
        catch
        {
            documents.Dispose();
            rows.Dispose();
            throw;
        }
    }

    private EncodedFileHeader Encode(LabelledRows source, Spool documents, Spool rows, Spool comparable, out List<byte> reasons, CancellationToken stop)
    {
        var findings = new ReadingFindings();
        var (files, labels, groups) = (new Numbering(), new Numbering(), new Numbering());
        reasons = [];
        foreach (var (raw, encoded) in Prefetch.InOrder(Windows(source.Read(findings)), Encode, threads))
        {
            stop.ThrowIfCancellationRequested();
            for (var index = 0; index < raw.Length; index++)
            {
                ref var row = ref encoded.Rows[index];
                row.Offset += documents.Length;
                row.Label = labels.Of(raw[index].Label);
                row.Group = groups.Of(raw[index].Group);
                row.File = files.Of(raw[index].File);
                row.Line = raw[index].Line;
            }

            documents.Append(encoded.Records.WrittenSpan);
            rows.Append(MemoryMarshal.AsBytes(encoded.Rows.AsSpan(0, raw.Length)));
            reasons.AddRange(encoded.Reasons.AsSpan(0, raw.Length));
            if (cleaning.DropNormalizedDuplicates)
            {
                comparable.Append(MemoryMarshal.AsBytes(encoded.Comparable.AsSpan(0, raw.Length)));
            }

            windows.Add(encoded);
        }

        return new(files.Names, labels.Names, groups.Names, findings.LabelNames, [.. findings.Notices()], findings.Unreadable);
    }

    /// <summary>Says why each row leaves, all of them taken together.</summary>
    private byte[] Judge(RowTable<EncodedRow> rows, List<byte> ownReasons, RowTable<UInt128> comparable)
    {
        var verdicts = RowVerdicts.Of(cleaning, rows.Count, Marks);
        var reasons = new byte[rows.Count];
        for (var number = 0; number < reasons.Length; number++)
        {
            reasons[number] = (byte?)verdicts[number] ?? EncodedFile.Stays;
        }

        return reasons;

        IEnumerable<RowMark> Marks()
        {
            var (encoded, forms) = (rows.InOrder(), comparable.InOrder());
            for (var number = 0; number < rows.Count; number++)
            {
                var text = encoded[number].Text;
                yield return new(
                    text, cleaning.DropNormalizedDuplicates ? forms[number] : text, encoded[number].Label,
                    ownReasons[number] == EncodedFile.Stays ? null : (RemovalReason)ownReasons[number]);
            }
        }
    }

    private static IEnumerable<Row[]> Windows(IEnumerable<Row> rows)
    {
        var window = new List<Row>(WindowRows);
        var characters = 0;
        foreach (var row in rows)
        {
            window.Add(row);
            characters += row.Text.Length + (row.TextPair?.Length ?? 0);
            if (window.Count == WindowRows || characters >= WindowCharacters)
            {
                yield return [.. window];
                window.Clear();
                characters = 0;
            }
        }

        if (window.Count > 0)
        {
            yield return [.. window];
        }
    }

    /// <summary>Cleans and encodes a window's rows: the part of the work that runs side by side.</summary>
    private (Row[] Raw, EncodedWindow Encoded) Encode(Row[] raw)
    {
        var window = windows.TryTake(out var used) ? used : new EncodedWindow(cleaning);
        window.Records.ResetWrittenCount();
        for (var index = 0; index < raw.Length; index++)
        {
            var row = encoder.Cleaner.Clean(raw[index]);
            var mark = window.Marker.Mark(row);
            var document = encoder.EncodeCleaned(row.Text, row.TextPair);
            window.Comparable[index] = mark.Comparable;
            window.Reasons[index] = (byte?)mark.Reason ?? EncodedFile.Stays;
            window.Rows[index] = new()
            {
                Text = mark.Text,
                Offset = window.Records.WrittenCount,
                Tokens = EncodedRows.TokensOf(document),
                Truncated = document.Truncated ? (byte)1 : (byte)0,
            };
            DocumentCodec.Write(document, wideIds, window.Records);
        }

        return (raw, window);
    }

    /// <summary>What was made of a window's rows; offsets count from its own first byte.</summary>
    private sealed class EncodedWindow(CleaningOptions cleaning)
    {
        public RowMarker Marker { get; } = new(cleaning, dropUnlabelled: true);

        public EncodedRow[] Rows { get; } = new EncodedRow[WindowRows];

        public UInt128[] Comparable { get; } = new UInt128[WindowRows];

        public byte[] Reasons { get; } = new byte[WindowRows];

        public ArrayBufferWriter<byte> Records { get; } = new();
    }

    /// <summary>Numbers words in the order of their first appearance.</summary>
    private sealed class Numbering
    {
        private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

        public List<string> Names { get; } = [];

        public int Of(string? name)
        {
            if (name is null)
            {
                return -1;
            }

            if (!numbers.TryGetValue(name, out var number))
            {
                numbers.Add(name, number = Names.Count);
                Names.Add(name);
            }

            return number;
        }
    }
}
