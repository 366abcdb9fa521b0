using System.Buffers;
using System.Collections.Concurrent;
using Inkstone.Batching;
using Inkstone.Text.Chunking;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;

namespace Inkstone.Preparing;

/// <summary>
/// Reads a data file once: rows stream through cleaning and encoding, several windows of them at a time, and only ids, hashes and
/// verdicts stay. The result never depends on the number of threads.
/// </summary>
internal sealed class EncodingPass(TextEncoder encoder, CleaningOptions cleaning, int threads)
{
    /// <summary>A window is full at this many rows, or characters: enough for a thread to be worth it, little to hold.</summary>
    private const int WindowRows = 256, WindowCharacters = 1 << 16;

    private readonly ConcurrentBag<ArrayBufferWriter<byte>> buffers = [];   // taken in turn, so that windows leave no garbage

    private readonly bool wideIds = DocumentCodec.NeedsWideIds(encoder.Tokenizer.VocabularySize);

    /// <exception cref="InvalidDataFileException">The file cannot be used as it is.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public EncodedFile Run(LabelledRows source, CancellationToken stop)
    {
        var findings = new ReadingFindings();
        var judge = new RowJudge(cleaning, dropUnlabelled: true);
        var rows = new BlockList<EncodedRow>();
        var documents = new MemoryDocuments(wideIds);
        var (files, labels, groups) = (new Numbering(), new Numbering(), new Numbering());
        foreach (var window in Prefetch.InOrder(Windows(source.Read(findings)), Encode, threads))
        {
            stop.ThrowIfCancellationRequested();
            for (var index = 0; index < window.Rows.Length; index++)
            {
                var row = window.Rows[index];
                judge.Add(row);
                rows.Add(window.Encoded[index] with
                {
                    Offset = documents.Length + window.Encoded[index].Offset,
                    Label = labels.Of(row.Label),
                    Group = groups.Of(row.Group),
                    File = files.Of(row.File),
                    Line = row.Line,
                });
            }

            documents.Append(window.Records.WrittenSpan);
            buffers.Add(window.Records);
        }

        var verdicts = judge.Finish();
        for (var number = 0; number < rows.Count; number++)
        {
            rows[number].Reason = (byte?)verdicts[number] ?? EncodedRow.Kept;
        }

        return new(new(files.Names, labels.Names, groups.Names, findings.LabelNames, [.. findings.Notices()], findings.Unreadable), rows, documents);
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
    private EncodedWindow Encode(Row[] raw)
    {
        var rows = Array.ConvertAll(raw, encoder.Cleaner.Clean);
        var encoded = new EncodedRow[rows.Length];
        var records = buffers.TryTake(out var buffer) ? buffer : new ArrayBufferWriter<byte>();
        records.ResetWrittenCount();
        for (var index = 0; index < rows.Length; index++)
        {
            var row = rows[index];
            var document = encoder.EncodeCleaned(row.Text, row.TextPair);
            encoded[index] = new()
            {
                Text = TextHash.Of(row.Text, row.TextPair),
                Offset = records.WrittenCount,
                Tokens = EncodedRows.TokensOf(document),
                Truncated = document.Truncated ? (byte)1 : (byte)0,
            };
            DocumentCodec.Write(document, wideIds, records);
        }

        return new(rows, encoded, records);
    }

    /// <summary>Rows, cleaned, with what was made of them; offsets count from the window's own first byte.</summary>
    private sealed record EncodedWindow(Row[] Rows, EncodedRow[] Encoded, ArrayBufferWriter<byte> Records);

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
