using System.Buffers.Binary;

namespace Inkstone.Text.Corpora.Arrow;

/// <summary>
/// Walks over an Arrow stream's messages without reading their bodies, and compares what they say of their lengths with the file:
/// after that no reader can be talked into taking more memory than the file is long.
/// </summary>
/// <remarks>Arrow columnar format, section "Encapsulated message format"; a message's table is <c>Message.fbs</c>.</remarks>
internal static class ArrowFrames
{
    private const uint Continuation = 0xFFFFFFFF;
    private const int HeaderTypeField = 1;
    private const int HeaderField = 2;
    private const int BodyLengthField = 3;
    private const int SchemaFieldsField = 1;
    private const int SchemaMetadataField = 2;
    private const int FieldChildrenField = 5;
    private const int FieldMetadataField = 6;
    private const int DictionaryDataField = 1;
    private const int NodesField = 1;
    private const int BuffersField = 2;
    private const int VariadicCountsField = 4;
    private const int OffsetSize = 4;
    private const int CountSize = 8;
    private const int RangeSize = 16;
    private const int DeepestNesting = 32;
    private const byte SchemaHeader = 1;
    private const byte DictionaryHeader = 2;
    private const byte RecordsHeader = 3;

    /// <summary>Whether a file begins like a stream.</summary>
    public static bool IsStream(ReadOnlySpan<byte> head) =>
        head.Length >= 8 && BinaryPrimitives.ReadUInt32LittleEndian(head) == Continuation && BinaryPrimitives.ReadInt32LittleEndian(head[4..]) > 0;

    /// <summary>Reads every message's head, up to the mark that ends the stream.</summary>
    /// <param name="stream">Seekable; left where it was.</param>
    /// <exception cref="InvalidDataException">A message reaches over the file's end, or the end mark is missing.</exception>
    public static void Check(Stream stream)
    {
        long start = stream.Position;
        Span<byte> prefix = stackalloc byte[8];
        byte[] message = [];
        bool isFirst = true;
        while (true)
        {
            if (stream.Length - stream.Position < prefix.Length)
            {
                throw new InvalidDataException("it ends before its end mark");
            }

            stream.ReadExactly(prefix);
            int length = BinaryPrimitives.ReadInt32LittleEndian(prefix[4..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(prefix) != Continuation || length < 0)
            {
                throw new InvalidDataException("a message does not begin where it should");
            }

            if (length == 0)
            {
                break;
            }

            if (length > stream.Length - stream.Position)
            {
                throw new InvalidDataException("a message reaches over the end of the file");
            }

            message = message.Length >= length ? message : new byte[length];
            stream.ReadExactly(message, 0, length);
            long body = BodyLength(message.AsSpan(0, length), isFirst);
            isFirst = false;
            if (body < 0 || body > stream.Length - stream.Position)
            {
                throw new InvalidDataException("a message's body reaches over the end of the file");
            }

            stream.Position += body;
        }

        stream.Position = start;
    }

    /// <summary>
    /// How many bytes follow the message. First comes the schema, which has none, then dictionaries and records: the library leaves the
    /// bodies of other messages unread, and would take their bytes for messages.
    /// </summary>
    private static long BodyLength(ReadOnlySpan<byte> message, bool isFirst)
    {
        try
        {
            int table = BinaryPrimitives.ReadInt32LittleEndian(message);
            int length = Place(message, table, BodyLengthField);
            int header = Place(message, table, HeaderTypeField);
            long body = length == 0 ? 0 : BinaryPrimitives.ReadInt64LittleEndian(message[length..]);
            byte kind = header == 0 ? (byte)0 : message[header];
            CheckVectors(message, kind, Follow(message, Place(message, table, HeaderField)));

            return (isFirst ? kind == SchemaHeader && body == 0 : kind is DictionaryHeader or RecordsHeader)
                ? body
                : throw new InvalidDataException("a message is of another kind than it should be");
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("a message's head is broken", e);
        }
    }

    /// <summary>The library makes lists as long as a vector claims to be, and follows fields into fields without end.</summary>
    private static void CheckVectors(ReadOnlySpan<byte> message, byte kind, int header)
    {
        if (kind == SchemaHeader)
        {
            CheckFields(message, header, SchemaFieldsField, SchemaMetadataField, 0);
            return;
        }

        int records = kind == DictionaryHeader ? Follow(message, Place(message, header, DictionaryDataField)) : header;
        Vector(message, Place(message, records, NodesField), RangeSize, out _);
        Vector(message, Place(message, records, BuffersField), RangeSize, out _);
        Vector(message, Place(message, records, VariadicCountsField), CountSize, out _);
    }

    private static void CheckFields(ReadOnlySpan<byte> message, int table, int fieldsField, int metadataField, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new InvalidDataException("its columns are nested deeper than 32 levels");
        }

        Vector(message, Place(message, table, metadataField), OffsetSize, out _);
        int start = Vector(message, Place(message, table, fieldsField), OffsetSize, out int count);
        for (int i = 0; i < count; i++)
        {
            CheckFields(message, Follow(message, checked(start + (OffsetSize * i))), FieldChildrenField, FieldMetadataField, depth + 1);
        }
    }

    /// <summary>Where the elements of a vector begin, and how many there are; none where the field is left out.</summary>
    private static int Vector(ReadOnlySpan<byte> message, int place, int elementSize, out int count)
    {
        count = 0;
        if (place == 0)
        {
            return 0;
        }

        int vector = Follow(message, place);
        count = BinaryPrimitives.ReadInt32LittleEndian(message[vector..]);
        return count >= 0 && count <= (message.Length - vector - 4) / elementSize ? vector + 4 : throw new InvalidDataException("a list in a message's head reaches over its end");
    }

    /// <summary>Offsets point forward, so that following them comes to an end.</summary>
    private static int Follow(ReadOnlySpan<byte> message, int place)
    {
        int offset = BinaryPrimitives.ReadInt32LittleEndian(message[place..]);
        return offset > 0 ? checked(place + offset) : throw new InvalidDataException("an offset in a message's head points backward");
    }

    /// <summary>Where a field of a flatbuffer's table stands; 0 where the table leaves it out.</summary>
    private static int Place(ReadOnlySpan<byte> message, int table, int field)
    {
        int fields = checked(table - BinaryPrimitives.ReadInt32LittleEndian(message[table..]));
        int slot = 4 + (2 * field);
        int place = BinaryPrimitives.ReadUInt16LittleEndian(message[fields..]) > slot ? BinaryPrimitives.ReadUInt16LittleEndian(message[(fields + slot)..]) : 0;
        return place == 0 ? 0 : checked(table + place);
    }
}
