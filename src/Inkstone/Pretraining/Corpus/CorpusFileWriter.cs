using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Inkstone.Preparing;

namespace Inkstone.Pretraining.Corpus;

/// <summary>Writes a <see cref="CorpusFile"/> from its first byte to its last.</summary>
internal sealed class CorpusFileWriter
{
    private const int Block = 1 << 12;   // pieces at a time

    private readonly Stream target;
    private readonly CorpusRecords records;
    private readonly XxHash128 content = new();
    private readonly XxHash128 end = new();

    public CorpusFileWriter(Stream target, CorpusRecords records)
    {
        (this.target, this.records) = (target, records);
        Append(CorpusFile.Magic);
    }

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Writes pieces.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        content.Append(bytes);
        target.Write(bytes);
        Length += bytes.Length;
    }

    /// <summary>Writes what stands behind the pieces.</summary>
    /// <param name="pieces">Of type <see cref="Piece"/>, in order.</param>
    /// <param name="bound">Texts of a number up to this one are held out; null for none.</param>
    /// <param name="report">What became of the texts.</param>
    /// <param name="notices">What reading them had to say.</param>
    public void Finish(Spool pieces, ulong? bound, CorpusReport report, IReadOnlyList<string> notices)
    {
        var start = Length;
        var train = WriteEntries(pieces, piece => !IsHeldOut(piece));
        var heldOut = WriteEntries(pieces, IsHeldOut);
        content.Append(MemoryMarshal.AsBytes<ulong>([bound ?? 0, bound is null ? 0UL : 1UL]));
        var header = new CorpusFileHeader(records, train, heldOut, report, Convert.ToHexStringLower(content.GetCurrentHash()), notices);
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        AppendToEnd(json);
        var footer = new CorpusFile.Footer(start, json.Length);
        AppendToEnd(MemoryMarshal.AsBytes(new ReadOnlySpan<CorpusFile.Footer>(ref footer)));
        target.Write(end.GetCurrentHash());

        bool IsHeldOut(Piece piece) => piece.Number <= bound;
    }

    private PieceTable WriteEntries(Spool pieces, Func<Piece, bool> isWanted)
    {
        var (start, count, tokens) = (Length, 0L, 0L);
        var block = new Piece[Block];
        var entries = new PieceEntry[Block];
        var size = Unsafe.SizeOf<Piece>();
        for (long offset = 0; offset < pieces.Length; offset += (long)block.Length * size)
        {
            var read = block.AsSpan(0, (int)Math.Min(block.Length, (pieces.Length - offset) / size));
            pieces.Read(offset, MemoryMarshal.AsBytes(read));
            var wanted = 0;
            foreach (var piece in read)
            {
                if (isWanted(piece))
                {
                    entries[wanted++] = piece.Entry;
                    tokens += piece.Entry.TokensInBatch;
                }
            }

            count += wanted;
            AppendToEnd(MemoryMarshal.AsBytes(entries.AsSpan(0, wanted)));
        }

        return new(start, count, tokens);
    }

    private void AppendToEnd(ReadOnlySpan<byte> bytes)
    {
        end.Append(bytes);
        target.Write(bytes);
        Length += bytes.Length;
    }
}
