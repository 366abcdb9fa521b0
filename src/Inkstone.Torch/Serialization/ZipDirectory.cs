using System.Buffers.Binary;
using System.Text;

namespace Inkstone.Torch.Serialization;

/// <summary>Where the entries of an uncompressed zip archive lie, so that they can be used in place.</summary>
/// <remarks>
/// APPNOTE.TXT of PKWARE, sections 4.3.7 (local header), 4.3.12 (central directory) and 4.3.14 to 4.3.16 (its end, also in the
/// 64-bit form). Checksums are not verified, as they would touch every page.
/// </remarks>
internal sealed class ZipDirectory
{
    private const uint LocalSignature = 0x04034B50, CentralSignature = 0x02014B50, EndSignature = 0x06054B50;
    private const uint End64Signature = 0x06064B50, Locator64Signature = 0x07064B50;
    private const int LocalSize = 30, CentralSize = 46, EndSize = 22, End64Size = 56, Locator64Size = 20;
    private const int MaxCommentBytes = ushort.MaxValue, MaxDirectoryBytes = 100_000_000;

    private readonly MappedFile file;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    private ZipDirectory(MappedFile file) => this.file = file;

    /// <summary>The place of an entry's bytes in the file, checked to lie in it.</summary>
    public readonly record struct Entry(long Offset, long Length);

    public IReadOnlyDictionary<string, Entry> Entries => entries;

    /// <exception cref="InvalidWeightsException">The file is no zip archive, a damaged one, or has compressed entries.</exception>
    public static ZipDirectory Read(MappedFile file)
    {
        var directory = new ZipDirectory(file);
        var (offset, length, count) = directory.FindDirectory();
        directory.ReadEntries(file.Slice(offset, length), count);
        return directory;
    }

    private (long Offset, int Length, long Count) FindDirectory()
    {
        var tailLength = (int)Math.Min(file.Length, EndSize + MaxCommentBytes);
        var tail = file.Slice(file.Length - tailLength, tailLength);
        Span<byte> signature = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(signature, EndSignature);
        var at = tail.LastIndexOf(signature);
        if (at < 0 || tail.Length - at < EndSize)
        {
            throw Fault("is no zip archive", "what torch.save writes (is the download complete?)");
        }

        var end = tail[at..];
        long count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        var locatorAt = file.Length - tailLength + at - Locator64Size;
        if (locatorAt >= 0 && Signature(file.Slice(locatorAt, Locator64Size)) == Locator64Signature)
        {
            (offset, length, count) = ReadEnd64(BinaryPrimitives.ReadInt64LittleEndian(file.Slice(locatorAt + 8, sizeof(long))));
        }

        if (length is < 0 or > MaxDirectoryBytes || offset < 0 || offset > file.Length - length)
        {
            throw Fault($"claims a directory of {length} bytes at byte {offset}", "one that lies in the file");
        }

        return (offset, (int)length, count);
    }

    private (long Offset, long Length, long Count) ReadEnd64(long at)
    {
        if (at < 0 || at > file.Length - End64Size || Signature(file.Slice(at, End64Size)) != End64Signature)
        {
            throw Fault("has a damaged 64-bit directory", "a whole file");
        }

        var end = file.Slice(at, End64Size);
        return (BinaryPrimitives.ReadInt64LittleEndian(end[48..]), BinaryPrimitives.ReadInt64LittleEndian(end[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(end[32..]));
    }

    private void ReadEntries(ReadOnlySpan<byte> directory, long count)
    {
        while (count-- > 0)
        {
            if (directory.Length < CentralSize || Signature(directory) != CentralSignature)
            {
                throw Fault("has a damaged directory", "as many entries as it counts");
            }

            var flags = BinaryPrimitives.ReadUInt16LittleEndian(directory[8..]);
            var method = BinaryPrimitives.ReadUInt16LittleEndian(directory[10..]);
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[30..]);
            int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(directory[32..]);
            var size = CentralSize + nameLength + extraLength + commentLength;
            if (directory.Length < size)
            {
                throw Fault("has a damaged directory", "entries that end in it");
            }

            var name = Encoding.UTF8.GetString(directory.Slice(CentralSize, nameLength));
            if (method != 0 || (flags & 1) != 0)
            {
                throw Fault($"has the compressed or encrypted entry {InvalidWeightsException.Quote(name)}",
                    "stored entries, as torch.save writes them");
            }

            if (!entries.TryAdd(name, Locate(name, directory, directory.Slice(CentralSize + nameLength, extraLength))))
            {
                throw Fault($"has the entry {InvalidWeightsException.Quote(name)} twice", "distinct names");
            }

            directory = directory[size..];
        }
    }

    private Entry Locate(string name, ReadOnlySpan<byte> central, ReadOnlySpan<byte> extra)
    {
        long stored = BinaryPrimitives.ReadUInt32LittleEndian(central[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(central[24..]);
        long header = BinaryPrimitives.ReadUInt32LittleEndian(central[42..]);

        // The 64-bit form holds, in this order, only those of the numbers that are all ones in the 32-bit form.
        var wide = Extra64(extra);
        length = Widen(length, ref wide);
        stored = Widen(stored, ref wide);
        header = Widen(header, ref wide);

        if (header < 0 || header > file.Length - LocalSize || Signature(file.Slice(header, LocalSize)) != LocalSignature)
        {
            throw Fault($"has the entry {InvalidWeightsException.Quote(name)} nowhere", "entries that lie in the file");
        }

        var local = file.Slice(header, LocalSize);
        var offset = header + LocalSize + BinaryPrimitives.ReadUInt16LittleEndian(local[26..])
            + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        return length >= 0 && length == stored && offset <= file.Length - length
            ? new Entry(offset, length)
            : throw Fault($"claims {length} bytes for the entry {InvalidWeightsException.Quote(name)}", "entries that lie in the file");
    }

    private static long Widen(long value, ref ReadOnlySpan<byte> wide)
    {
        if (value != uint.MaxValue || wide.Length < sizeof(long))
        {
            return value;
        }

        var result = BinaryPrimitives.ReadInt64LittleEndian(wide);
        wide = wide[sizeof(long)..];
        return result;
    }

    private static ReadOnlySpan<byte> Extra64(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (id == 1)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    private static uint Signature(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record);

    private InvalidWeightsException Fault(string problem, string expected) => new(file.Path, null, problem, expected);
}
