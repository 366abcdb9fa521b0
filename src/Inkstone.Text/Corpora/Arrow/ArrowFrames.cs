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
    private const int BodyLengthField = 3;

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
            long body = BodyLength(message.AsSpan(0, length));
            if (body < 0 || body > stream.Length - stream.Position)
            {
                throw new InvalidDataException("a message's body reaches over the end of the file");
            }

            stream.Position += body;
        }

        stream.Position = start;
    }

    private static long BodyLength(ReadOnlySpan<byte> message)
    {
        try
        {
            int table = BinaryPrimitives.ReadInt32LittleEndian(message);
            int fields = checked(table - BinaryPrimitives.ReadInt32LittleEndian(message[table..]));
            int slot = 4 + (2 * BodyLengthField);
            int place = BinaryPrimitives.ReadUInt16LittleEndian(message[fields..]) > slot ? BinaryPrimitives.ReadUInt16LittleEndian(message[(fields + slot)..]) : 0;
            return place == 0 ? 0 : BinaryPrimitives.ReadInt64LittleEndian(message[checked(table + place)..]);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("a message's head is broken", e);
        }
    }
}
