using System.Buffers.Binary;
using System.Text;

namespace Inkstone.Torch.Serialization;

/// <summary>The arguments of pickle's operations, each read checked against the stream's end.</summary>
internal ref struct PickleStream(string file, ReadOnlySpan<byte> bytes)
{
    private const int LongestLine = 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int position;

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>The one number that pickle stores big-endian.</summary>
    public double ReadDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)));

    /// <summary>A signed number of up to 8 bytes.</summary>
    public long ReadLong(int length)
    {
        if (length > sizeof(long))
        {
            throw new InvalidWeightsException(file, null, $"holds an integer of {length} bytes", "at most 8");
        }

        long value = 0;
        var digits = Take((ulong)length);
        for (var i = 0; i < length; i++)
        {
            value |= (long)digits[i] << (8 * i);
        }

        var unused = 64 - (8 * length);
        return length == 0 ? 0 : value << unused >> unused;
    }

    public string ReadText(ulong length)
    {
        try
        {
            return Utf8.GetString(Take(length));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidWeightsException(file, null, "holds text that is not UTF-8", "names in UTF-8", e);
        }
    }

    public string ReadLine()
    {
        var rest = bytes[position..];
        var length = rest[..Math.Min(rest.Length, LongestLine)].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw new InvalidWeightsException(file, null, "names a class without an end", $"a line of at most {LongestLine} bytes");
        }

        var line = ReadText((ulong)length);
        position++;
        return line;
    }

    public void Skip(ulong length) => Take(length);

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(bytes.Length - position))
        {
            throw new InvalidWeightsException(
                file, null, $"has a pickle of {bytes.Length} bytes that goes on for {length} at byte {position}", "a whole file");
        }

        var taken = bytes.Slice(position, (int)length);
        position += taken.Length;
        return taken;
    }
}
