using System.Buffers.Binary;

namespace Inkstone.Text.Corpora.Encodings;

/// <summary>UTF-16. Half of a surrogate pair, and half of a code unit at the end, do not decode.</summary>
internal sealed class Utf16Decoder : TextDecoder
{
    private readonly bool bigEndian;

    private Utf16Decoder(bool bigEndian) => this.bigEndian = bigEndian;

    /// <summary>UTF-16 with the low byte first.</summary>
    public static Utf16Decoder LittleEndian { get; } = new(bigEndian: false);

    /// <summary>UTF-16 with the high byte first.</summary>
    public static Utf16Decoder BigEndian { get; } = new(bigEndian: true);

    /// <inheritdoc/>
    public override int Decode(ReadOnlySpan<byte> bytes, bool isEnd, Span<char> chars, out int bytesUsed)
    {
        int written = 0;
        for (bytesUsed = 0; bytesUsed + 1 < bytes.Length; bytesUsed += 2)
        {
            char unit = UnitAt(bytes, bytesUsed);
            if (char.IsHighSurrogate(unit))
            {
                if (bytesUsed + 3 < bytes.Length && UnitAt(bytes, bytesUsed + 2) is var low && char.IsLowSurrogate(low))
                {
                    chars[written++] = unit;
                    chars[written++] = low;
                    bytesUsed += 2;
                    continue;
                }

                if (bytesUsed + 3 >= bytes.Length && !isEnd)
                {
                    return written;
                }
            }

            chars[written++] = char.IsSurrogate(unit) ? Undecodable : unit;
        }

        if (isEnd && bytesUsed < bytes.Length)
        {
            chars[written++] = Undecodable;
            bytesUsed++;
        }

        return written;
    }

    private char UnitAt(ReadOnlySpan<byte> bytes, int position) =>
        (char)(bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes[position..]) : BinaryPrimitives.ReadUInt16LittleEndian(bytes[position..]));
}
