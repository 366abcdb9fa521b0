using System.Globalization;
using Inkstone.Text.Tokenizing;

namespace Inkstone.Pretraining.Corpus;

/// <summary>
/// The pieces of text that a model is trained on, or judged by. They lie on disk, and so does all that is known of them, so that a corpus may
/// be as long as it likes. Safe to use from many threads, as long as the <see cref="PretrainingCorpus"/> is open.
/// </summary>
public sealed class CorpusTexts
{
    /// <summary>
    /// Pieces are drawn a window at a time and spread over its batches: wide enough that its batches come out even, small enough to hold.
    /// </summary>
    private const int BatchesInWindow = 64;

    private const int MostInWindow = 1 << 18;
    private const long OrderOfEpochs = 0x6F72646572;

    private readonly CorpusFile file;
    private readonly PieceTable table;

    internal CorpusTexts(CorpusFile file, PieceTable table, WordPieceTokenizer tokenizer, int maxLength) =>
        (this.file, this.table, Tokenizer, MaxLength) = (file, table, tokenizer, maxLength);

    /// <summary>How many pieces: texts, and parts of long ones.</summary>
    public long Count => table.Count;

    /// <summary>Tokens of all pieces, with <c>[CLS]</c> and <c>[SEP]</c> around each.</summary>
    public long TokenCount => table.Tokens;

    /// <summary>Tokens of the longest piece that there may be.</summary>
    public int MaxLength { get; }

    /// <summary>What made the tokens.</summary>
    internal WordPieceTokenizer Tokenizer { get; }

    /// <summary>How pieces lie in the file.</summary>
    internal CorpusRecords Records => file.Header.Records;

    /// <summary>How many batches an epoch has.</summary>
    /// <param name="tokensPerBatch">As for <see cref="Batches"/>.</param>
    public int BatchCount(int tokensPerBatch)
    {
        if (tokensPerBatch < MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(tokensPerBatch), string.Create(CultureInfo.InvariantCulture, $"a batch must have room for {MaxLength} tokens, the longest piece, but has room for {tokensPerBatch}."));
        }

        return checked((int)((TokenCount + tokensPerBatch - 1) / tokensPerBatch));
    }

    /// <summary>
    /// The batches of an epoch, every piece in one of them. A function of seed and epoch; beginning in the middle is as quick as at the start.
    /// </summary>
    /// <param name="seed">The run's.</param>
    /// <param name="epoch">0-based.</param>
    /// <param name="tokensPerBatch">Tokens that a batch has on average, at most; single batches are off by a percent or two, small corpora apart.</param>
    /// <param name="from">Batches to leave out: those that were trained on before the run was cut off.</param>
    /// <returns>Batches that cost nothing until they are masked.</returns>
    /// <exception cref="IOException">The disk fails while they are enumerated.</exception>
    public IEnumerable<TextBatch> Batches(long seed, int epoch, int tokensPerBatch, int from = 0)
    {
        var batches = BatchCount(tokensPerBatch);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        return batches == 0 ? [] : Draw(seed, epoch, batches, from);
    }

    /// <summary>The file that the pieces of a batch lie in.</summary>
    internal void ReadPiece(PieceEntry entry, Span<byte> bytes) => file.ReadPiece(entry, bytes);

    /// <inheritdoc cref="CorpusFile.Damaged"/>
    internal InvalidDataException Damaged() => file.Damaged();

    private IEnumerable<TextBatch> Draw(long seed, int epoch, int batches, int from)
    {
        var order = new TextPermutation(Count, new(seed ^ OrderOfEpochs, epoch));
        var piecesInBatch = (double)Count / batches;
        var windows = Math.Max(1, (long)(batches / Math.Clamp(MostInWindow / piecesInBatch, 1, BatchesInWindow)));
        var window = (long)from * windows / batches;
        for (; window < windows && FirstBatch(window + 1) <= from; window++)
        {
        }

        for (; window < windows; window++)
        {
            var (firstBatch, endBatch) = (FirstBatch(window), FirstBatch(window + 1));
            var (firstPiece, endPiece) = (FirstPiece(firstBatch), FirstPiece(endBatch));
            var entries = new PieceEntry[endPiece - firstPiece];
            for (var index = 0; index < entries.Length; index++)
            {
                entries[index] = file.Entry(table, order[firstPiece + index]);
            }

            var filled = EvenBatches.Fill(entries, endBatch - firstBatch, new(seed ^ OrderOfEpochs, ((window + 1) << 32) | (uint)epoch));
            for (var number = Math.Max(from, firstBatch); number < endBatch; number++)
            {
                yield return new TextBatch(this, epoch, number, filled[number - firstBatch]);
            }
        }

        int FirstBatch(long window) => (int)(batches * window / windows);

        // There are at least as many pieces as batches, so that this leaves no batch without one.
        long FirstPiece(int batch) => (long)((Int128)Count * batch / batches);
    }
}
