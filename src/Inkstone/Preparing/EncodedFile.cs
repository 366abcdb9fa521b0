using System.Buffers;
using System.Runtime.InteropServices;
using Inkstone.Batching;
using Inkstone.Text.Chunking;
using Inkstone.Text.Cleaning;

namespace Inkstone.Preparing;

/// <summary>What rows have in common.</summary>
/// <param name="Files">The files' names, as messages have them.</param>
/// <param name="Labels">Labels as the file has them, in the order of their first rows.</param>
/// <param name="Groups">Groups, likewise.</param>
/// <param name="LabelNames">Names in the order of their ids where the file declares them; else null.</param>
/// <param name="Notices">What reading it had to say.</param>
/// <param name="Unreadable">Records that could not become rows.</param>
internal sealed record EncodedFileHeader(
    IReadOnlyList<string> Files, IReadOnlyList<string> Labels, IReadOnlyList<string> Groups, IReadOnlyList<string>? LabelNames, IReadOnlyList<string> Notices, int Unreadable);

/// <summary>Records of <see cref="DocumentCodec"/>, one behind the other.</summary>
/// <param name="Bytes">Where they lie.</param>
/// <param name="Start">Where the first begins.</param>
/// <param name="Length">Bytes of all of them.</param>
/// <param name="WideIds">Whether an id takes four bytes, instead of two.</param>
internal sealed record EncodedDocuments(Spool Bytes, long Start, long Length, bool WideIds)
{
    /// <summary>The document whose record begins there.</summary>
    public EncodedDocument Read(long offset)
    {
        var length = 0;
        Bytes.Read(Start + offset, MemoryMarshal.AsBytes(new Span<int>(ref length)));
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var record = buffer.AsSpan(0, length);
            Bytes.Read(Start + offset + DocumentCodec.PrefixLength, record);
            return DocumentCodec.Read(record, WideIds);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>A data file, every row of it: judged, and encoded. In memory are a byte a row and what rows have in common.</summary>
internal sealed class EncodedFile(EncodedFileHeader header, RowTable<EncodedRow> rows, byte[] reasons, EncodedDocuments documents, params Spool[] spools)
    : IRowSource, IDisposable
{
    /// <summary>Stands in <see cref="Reasons"/> for a row that stays.</summary>
    public const byte Stays = byte.MaxValue;

    public EncodedFileHeader Header { get; } = header;

    public RowTable<EncodedRow> Rows { get; } = rows;

    /// <summary>Why each row leaves (<see cref="RemovalReason"/>), or <see cref="Stays"/>.</summary>
    public byte[] Reasons { get; } = reasons;

    public EncodedDocuments Documents { get; } = documents;

    /// <summary>The rows that stay, by their places.</summary>
    public int[] Kept()
    {
        var kept = new int[Reasons.AsSpan().Count(Stays)];
        for (var (number, next) = (0, 0); next < kept.Length; number++)
        {
            kept[next] = number;
            next += Reasons[number] == Stays ? 1 : 0;
        }

        return kept;
    }

    /// <summary>Some of the rows, for batches.</summary>
    /// <param name="numbers">Their places, ascending.</param>
    /// <param name="labelIds">The class of each of <see cref="EncodedFileHeader.Labels"/>.</param>
    public EncodedRows Select(int[] numbers, int[] labelIds)
    {
        var rows = Rows.InOrder();
        return new(
            this, numbers, NarrowNumbers.Of(numbers.Length, index => rows[numbers[index]].Tokens), NarrowNumbers.Of(numbers.Length, index => labelIds[rows[numbers[index]].Label]));
    }

    /// <inheritdoc/>
    public EncodedDocument Document(int number) => Documents.Read(Rows[number].Offset);

    /// <inheritdoc/>
    public (string File, int Line) Place(int number)
    {
        var row = Rows[number];
        return (Header.Files[row.File], row.Line);
    }

    public void Dispose()
    {
        foreach (var spool in spools)
        {
            spool.Dispose();
        }
    }
}
