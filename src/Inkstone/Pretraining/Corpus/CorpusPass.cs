using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Inkstone.Batching;
using Inkstone.Preparing;
using Inkstone.Text.Corpora;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining.Corpus;

/// <summary>
/// Encodes texts as they stream by, several windows at a time, and writes a <see cref="CorpusFile"/>. What it writes never depends on the
/// number of threads.
/// </summary>
internal sealed class CorpusPass : IDisposable
{
    /// <summary>A window is full at this many texts, or characters: enough for a thread to be worth it, little to hold.</summary>
    private const int WindowTexts = 256, WindowCharacters = 1 << 16;

    private readonly WordPieceTokenizer tokenizer;
    private readonly PretrainingCorpusOptions options;
    private readonly CorpusRecords records;
    private readonly PieceCutter cutter;
    private readonly bool[] isKnown;
    private readonly ConcurrentBag<EncodedWindow> windows = [];   // taken in turn, so that windows leave no garbage

    public CorpusPass(WordPieceTokenizer tokenizer, PretrainingCorpusOptions options)
    {
        (this.tokenizer, this.options) = (tokenizer, options);
        records = new(DocumentCodec.NeedsWideIds(tokenizer.VocabularySize), options.WordMarks);
        cutter = new(tokenizer, options.MaxLength - 2);
        isKnown = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(id => !tokenizer.IsSpecial(id))];
    }

    /// <summary>Reads all texts, and writes what they become.</summary>
    /// <param name="source">The texts; enumerated once.</param>
    /// <param name="target">Where the file goes.</param>
    /// <param name="folder">Where an index may be while the texts are read.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public void Run(CorpusSource source, Stream target, string folder, CancellationToken stop)
    {
        using var pieces = new Spool(folder);   // of every piece its entry and its text's number, in order
        var choice = new HeldOutChoice(options.HeldOutTexts);
        var report = new CorpusReport();
        var writer = new CorpusFileWriter(target, records);
        foreach (var window in Prefetch.InOrder(Windows(source.Texts()), Encode, options.Threads))
        {
            stop.ThrowIfCancellationRequested();
            foreach (ref var piece in CollectionsMarshal.AsSpan(window.Pieces))
            {
                piece = piece with { Entry = new(piece.Entry.Offset + writer.Length, piece.Entry.Tokens, piece.Entry.BeginsText) };
                if (piece.IsTextsFirst)
                {
                    choice.Add(piece.Number);
                }
            }

            writer.Append(window.Records.WrittenSpan);
            pieces.Append(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(window.Pieces)));
            report = window.AddTo(report);
            windows.Add(window);
        }

        writer.Finish(pieces, choice.Bound(), report with { Unreadable = source.Findings.Unreadable }, source.Findings.Notices());
    }

    public void Dispose()
    {
        foreach (var window in windows)
        {
            window.Dispose();
        }
    }

    private static IEnumerable<List<string>> Windows(IEnumerable<string> texts)
    {
        var window = new List<string>(WindowTexts);
        var characters = 0;
        foreach (var text in texts)
        {
            window.Add(text);
            characters += text.Length;
            if (window.Count == WindowTexts || characters >= WindowCharacters)
            {
                yield return window;
                window = new(WindowTexts);
                characters = 0;
            }
        }

        if (window.Count > 0)
        {
            yield return window;
        }
    }

    /// <summary>The part of the work that runs side by side.</summary>
    private EncodedWindow Encode(List<string> texts)
    {
        var window = windows.TryTake(out var used) ? used : new EncodedWindow(options.WordMarks);
        window.Clear();
        foreach (var text in texts)
        {
            Encode(text, window);
        }

        return window;
    }

    private void Encode(string text, EncodedWindow window)
    {
        window.Texts++;
        window.Buffer.Clear();
        tokenizer.Append(text, window.Buffer);
        var ids = window.Buffer.Ids;
        var beginsWord = window.Words is { } words ? words.Mark(text, window.Buffer.Offsets, ids, cutter) : [];
        var number = HeldOutChoice.NumberOf(TextHash.Of(text), options.HeldOutSeed);
        var isFirst = true;
        for (var start = 0; start < ids.Length;)
        {
            var end = cutter.EndOf(ids, start);
            var piece = ids[start..end];
            var known = Known(piece);
            if (known >= PretrainingCorpus.LeastTokens)
            {
                window.Pieces.Add(new(new(window.Records.WrittenCount, piece.Length, beginsText: start == 0), number, isFirst));
                records.Write(piece, beginsWord.IsEmpty ? beginsWord : beginsWord[start..end], window.Records);
                window.Tokens += piece.Length;
                window.Unknown += piece.Length - known;
                isFirst = false;
            }

            window.Cut += start == 0 && end < ids.Length ? 1 : 0;
            start = end;
        }

        window.TooShort += isFirst ? 1 : 0;
    }

    private int Known(ReadOnlySpan<int> ids)
    {
        var known = 0;
        foreach (var id in ids)
        {
            known += isKnown[id] ? 1 : 0;
        }

        return known;
    }

    /// <summary>What was made of a window's texts; offsets count from its own first byte.</summary>
    private sealed class EncodedWindow(bool wordMarks) : IDisposable
    {
        public TokenBuffer Buffer { get; } = new(wordMarks ? OffsetUnit.Utf16 : OffsetUnit.None);

        public WordMarks? Words { get; } = wordMarks ? new() : null;

        public ArrayBufferWriter<byte> Records { get; } = new();

        public List<Piece> Pieces { get; } = [];

        public int Texts { get; set; }

        public int TooShort { get; set; }

        public int Cut { get; set; }

        public long Tokens { get; set; }

        public long Unknown { get; set; }

        public void Clear()
        {
            Records.ResetWrittenCount();
            Pieces.Clear();
            (Texts, TooShort, Cut, Tokens, Unknown) = (0, 0, 0, 0, 0);
        }

        public CorpusReport AddTo(CorpusReport report) => report with
        {
            Texts = report.Texts + Texts,
            TooShort = report.TooShort + TooShort,
            Cut = report.Cut + Cut,
            Pieces = report.Pieces + Pieces.Count,
            Tokens = report.Tokens + Tokens,
            UnknownTokens = report.UnknownTokens + Unknown,
        };

        public void Dispose() => Words?.Dispose();
    }
}

/// <summary>A piece while the corpus is read.</summary>
/// <param name="Entry">Where it lies.</param>
/// <param name="Number">What chooses whether its text is held out.</param>
/// <param name="IsTextsFirst">Whether no piece of its text was kept before it.</param>
internal readonly record struct Piece(PieceEntry Entry, ulong Number, bool IsTextsFirst);
