using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Inkstone.Text.Chunking;

namespace Inkstone.Batching;

/// <summary>How a document lies in memory and on disk: its ids, two or four bytes each, and a few bytes about them.</summary>
/// <remarks>
/// A record is its length in bytes (int32), then, as numbers of seven bits a byte: the text's token count twice, plus one where it was
/// cut; the number of chunks; for each its length, the place of its first token of type 1 plus one (0: there are no types), start and
/// end. The ids of all chunks follow, little-endian. Offsets of single tokens are not kept.
/// </remarks>
internal static class DocumentCodec
{
    /// <summary>Bytes of a record's length.</summary>
    public const int PrefixLength = sizeof(int);

    /// <summary>Whether ids of this vocabulary need four bytes.</summary>
    public static bool NeedsWideIds(int vocabularySize) => vocabularySize > ushort.MaxValue + 1;

    /// <summary>Appends a document's record.</summary>
    public static void Write(EncodedDocument document, bool wideIds, ArrayBufferWriter<byte> target)
    {
        var start = target.WrittenCount;
        target.GetSpan(PrefixLength)[..PrefixLength].Clear();
        target.Advance(PrefixLength);
        WriteNumber(((ulong)document.TokenCount << 1) | (document.Truncated ? 1u : 0u), target);
        WriteNumber((ulong)document.Chunks.Count, target);
        foreach (var chunk in document.Chunks)
        {
            WriteNumber((ulong)chunk.InputIds.Length, target);
            WriteNumber(chunk.TokenTypeIds is { } types ? (ulong)FirstOfTypeOne(types) + 1 : 0, target);
            WriteNumber((ulong)chunk.Start, target);
            WriteNumber((ulong)chunk.End, target);
        }

        foreach (var chunk in document.Chunks)
        {
            WriteIds(chunk.InputIds, wideIds, target);
        }

        var written = MemoryMarshal.AsMemory(target.WrittenMemory).Span[start..];
        BinaryPrimitives.WriteInt32LittleEndian(written, written.Length - PrefixLength);
    }

    /// <summary>Reads what stands behind a record's length.</summary>
    public static EncodedDocument Read(ReadOnlySpan<byte> record, bool wideIds)
    {
        var counts = ReadNumber(ref record);
        var shapes = new (int Length, int Types, int Start, int End)[(int)ReadNumber(ref record)];
        foreach (ref var shape in shapes.AsSpan())
        {
            shape = ((int)ReadNumber(ref record), (int)ReadNumber(ref record), (int)ReadNumber(ref record), (int)ReadNumber(ref record));
        }

        var chunks = new EncodedChunk[shapes.Length];
        for (var index = 0; index < chunks.Length; index++)
        {
            var (length, types, start, end) = shapes[index];
            chunks[index] = new(ReadIds(ref record, length, wideIds), types == 0 ? null : TypesFrom(types - 1, length), start, end, null);
        }

        return new(chunks, (int)(counts >> 1), (counts & 1) != 0);
    }

    private static int FirstOfTypeOne(int[] types) => Array.IndexOf(types, 1) is >= 0 and var first ? first : types.Length;

    private static int[] TypesFrom(int first, int length)
    {
        var types = new int[length];
        types.AsSpan(first).Fill(1);
        return types;
    }

    private static void WriteIds(int[] ids, bool wideIds, ArrayBufferWriter<byte> target)
    {
        var bytes = ids.Length * (wideIds ? sizeof(int) : sizeof(ushort));
        var span = target.GetSpan(bytes);
        for (var index = 0; index < ids.Length; index++)
        {
            if (wideIds)
            {
                BinaryPrimitives.WriteInt32LittleEndian(span[(index * sizeof(int))..], ids[index]);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(span[(index * sizeof(ushort))..], checked((ushort)ids[index]));
            }
        }

        target.Advance(bytes);
    }

    private static int[] ReadIds(ref ReadOnlySpan<byte> record, int length, bool wideIds)
    {
        var ids = new int[length];
        var width = wideIds ? sizeof(int) : sizeof(ushort);
        for (var index = 0; index < length; index++)
        {
            var bytes = record[(index * width)..];
            ids[index] = wideIds ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        }

        record = record[(length * width)..];
        return ids;
    }

    private static void WriteNumber(ulong number, ArrayBufferWriter<byte> target)
    {
        var span = target.GetSpan(10);
        var count = 0;
        for (; number >= 0x80; number >>= 7)
        {
            span[count++] = (byte)(number | 0x80);
        }

        span[count++] = (byte)number;
        target.Advance(count);
    }

    private static ulong ReadNumber(ref ReadOnlySpan<byte> record)
    {
        ulong number = 0;
        var place = 0;
        while (record[place] >= 0x80)
        {
            number |= (ulong)(record[place] & 0x7F) << (7 * place);
            place++;
        }

        number |= (ulong)record[place] << (7 * place);
        record = record[(place + 1)..];
        return number;
    }
}
