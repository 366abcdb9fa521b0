using System.Buffers.Binary;
using System.IO.Hashing;
using Google.Protobuf;
using Inkstone.Torch.Serialization;

namespace Inkstone.Tracking.Wandb;

/// <summary>A run file of W&amp;B: a header, then records in blocks of 32 KiB as LevelDB's log has them.</summary>
/// <remarks>
/// A record is cut into pieces that do not cross a block's end: checksum (CRC-32 of type and data), length, type, data. Where
/// fewer bytes are left in a block than a piece's head needs, they are zeros.
/// </remarks>
internal sealed class WandbFile : IDisposable
{
    private const int BlockSize = 1 << 15;
    private const int HeadSize = 7;

    private const byte Whole = 1;
    private const byte First = 2;
    private const byte Middle = 3;
    private const byte Last = 4;

    private static readonly byte[] FileHeader = [.. ":W&B"u8, 0xe1, 0xbe, 0];

    private readonly AppendedFile file;
    private readonly string runId;
    private long count;

    private WandbFile(AppendedFile file, string runId, long count)
    {
        this.file = file;
        this.runId = runId;
        this.count = count;
    }

    /// <summary>Starts a file with its first record, which says what may read it.</summary>
    public static WandbFile Create(string path, string runId)
    {
        var file = new WandbFile(AppendedFile.Create(path), runId, 0);
        file.file.Append(FileHeader);
        file.Append(new Record { Header = new() { VersionInfo = new() { Producer = "0.31.0", MinConsumer = "0.70.0" } } });
        return file;
    }

    /// <summary>Rewrites a file with some of its records, and goes on after them.</summary>
    public static WandbFile Continue(string path, string runId, IReadOnlyList<Record> kept)
    {
        AtomicFile.Write(path, stream =>
        {
            stream.Write(FileHeader);
            long length = FileHeader.Length;
            foreach (var record in kept)
            {
                var pieces = Pieces(record.ToByteArray(), length);
                stream.Write(pieces);
                length += pieces.Length;
            }
        });
        return new(AppendedFile.Continue(path), runId, kept.Count == 0 ? 0 : kept[^1].Num);
    }

    /// <summary>Reads the records of a file, up to the first that is not whole.</summary>
    /// <exception cref="InvalidDataException">It is no run file, or a whole piece has a wrong checksum or type.</exception>
    public static IReadOnlyList<Record> Read(string path) => [.. ReadBytes(path).Select(record => Record.Parser.ParseFrom(record))];

    /// <summary>Reads the records of a file as they stand, up to the first that is not whole.</summary>
    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<byte[]> ReadBytes(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        if (!bytes.StartsWith(FileHeader))
        {
            throw new InvalidDataException($"{path} is no run file of W&B: it does not begin with :W&B and version 0.");
        }

        var records = new List<byte[]>();
        var record = new List<byte>();
        var at = FileHeader.Length;
        while (true)
        {
            var left = BlockSize - (at % BlockSize);
            at += left < HeadSize ? left : 0;
            if (at + HeadSize > bytes.Length)
            {
                return records;
            }

            var size = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 4)..]);
            if (at + HeadSize + size > bytes.Length)
            {
                return records;
            }

            var piece = bytes.Slice(at + 6, 1 + size);
            var type = piece[0];
            if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) != Crc32.HashToUInt32(piece) || type is < Whole or > Last || type is Whole or First != (record.Count == 0))
            {
                throw new InvalidDataException($"{path} is damaged at byte {at}: a record's checksum or type is wrong.");
            }

            record.AddRange(piece[1..]);
            at += HeadSize + size;
            if (type is Whole or Last)
            {
                records.Add([.. record]);
                record.Clear();
            }
        }
    }

    /// <summary>Appends records under the next numbers, all or none.</summary>
    public void Append(params ReadOnlySpan<Record> records)
    {
        using var pieces = new MemoryStream();
        var number = count;
        foreach (var record in records)
        {
            record.Num = ++number;
            record.Info = new() { StreamId = runId };
            pieces.Write(Pieces(record.ToByteArray(), file.Length + pieces.Length));
        }

        file.Append(pieces.ToArray());
        count = number;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    /// <summary>A record as it stands at a place of the file.</summary>
    public static byte[] Pieces(ReadOnlySpan<byte> record, long at)
    {
        using var pieces = new MemoryStream();
        var isFirst = true;
        do
        {
            var left = BlockSize - (int)((at + pieces.Length) % BlockSize);
            if (left < HeadSize)
            {
                pieces.Write(new byte[left]);
                left = BlockSize;
            }

            var size = Math.Min(record.Length, left - HeadSize);
            var isLast = size == record.Length;
            byte[] piece = [0, 0, 0, 0, 0, 0, (isFirst, isLast) switch { (true, true) => Whole, (true, false) => First, (false, false) => Middle, _ => Last }, .. record[..size]];
            BinaryPrimitives.WriteUInt32LittleEndian(piece, Crc32.HashToUInt32(piece.AsSpan(6)));
            BinaryPrimitives.WriteUInt16LittleEndian(piece.AsSpan(4), (ushort)size);
            pieces.Write(piece);
            record = record[size..];
            isFirst = false;
        }
        while (record.Length > 0);
        return pieces.ToArray();
    }
}
