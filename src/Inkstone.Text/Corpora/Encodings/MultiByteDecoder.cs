using System.Text;

namespace Inkstone.Text.Corpora.Encodings;

/// <summary>GB18030 (with GBK and GB2312, which it contains) and Big5: the form of each character is checked here, its meaning is .NET's.</summary>
internal sealed class MultiByteDecoder : TextDecoder
{
    private const int Incomplete = -1;
    private const int Invalid = 0;

    private readonly Encoding encoding;
    private readonly bool isGb18030;

    private MultiByteDecoder(int codePage, bool isGb18030)
    {
        encoding = CodePagesEncodingProvider.Instance.GetEncoding(codePage, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback(Undecodable.ToString()))!;
        this.isGb18030 = isGb18030;
    }

    /// <summary>GB18030 with its four-byte forms: every character of Unicode.</summary>
    public static MultiByteDecoder Gb18030 { get; } = new(54936, isGb18030: true);

    /// <summary>Big5 as code page 950 has it. What that page gives to users' own characters (Hong Kong's supplement stands there) does not decode.</summary>
    public static MultiByteDecoder Big5 { get; } = new(950, isGb18030: false);

    /// <inheritdoc/>
    public override int Decode(ReadOnlySpan<byte> bytes, bool isEnd, Span<char> chars, out int bytesUsed)
    {
        int written = 0;
        bytesUsed = 0;
        while (bytesUsed < bytes.Length)
        {
            int length = WholeCharacters(bytes[bytesUsed..], out bool faulty);
            int count = encoding.GetChars(bytes.Slice(bytesUsed, length), chars[written..]);
            if (!isGb18030)
            {
                RefusePrivateUse(chars.Slice(written, count));
            }

            written += count;
            bytesUsed += length;
            if (!faulty && (bytesUsed == bytes.Length || !isEnd))
            {
                return written;
            }

            chars[written++] = Undecodable;
            bytesUsed++;
        }

        return written;
    }

    /// <summary>The length of the whole characters at the start; then comes a fault, a cut character, or nothing.</summary>
    private int WholeCharacters(ReadOnlySpan<byte> bytes, out bool faulty)
    {
        int position = 0;
        while (true)
        {
            int ascii = bytes[position..].IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            if (ascii < 0)
            {
                faulty = false;
                return bytes.Length;
            }

            position += ascii;
            int length = CharacterLength(bytes[position..]);
            if (length <= 0)
            {
                faulty = length == Invalid;
                return position;
            }

            position += length;
        }
    }

    private int CharacterLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] is 0x80 or 0xFF)
        {
            return Invalid;
        }

        if (bytes.Length < 2)
        {
            return Incomplete;
        }

        return bytes[1] switch
        {
            >= 0x40 and <= 0x7E => 2,
            >= 0xA1 and <= 0xFE => 2,
            >= 0x80 and <= 0xA0 when isGb18030 => 2,
            >= 0x30 and <= 0x39 when isGb18030 => FourByteLength(bytes),
            _ => Invalid,
        };
    }

    private static int FourByteLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 2 && bytes[2] is < 0x81 or > 0xFE)
        {
            return Invalid;
        }

        return bytes.Length < 4 ? Incomplete : bytes[3] is >= 0x30 and <= 0x39 ? 4 : Invalid;
    }

    private static void RefusePrivateUse(Span<char> chars)
    {
        while (chars.IndexOfAnyInRange('\uE000', '\uF8FF') is >= 0 and var found)
        {
            chars[found] = Undecodable;
            chars = chars[(found + 1)..];
        }
    }
}
