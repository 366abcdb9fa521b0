namespace Inkstone.Text.Corpora.Encodings;

/// <summary>An encoding that data files come in.</summary>
/// <param name="Name">Its IANA name, in lower case.</param>
/// <param name="Decoder">What decodes it; null for UTF-8, which needs none.</param>
/// <param name="Mark">Its byte-order mark; empty where it has none.</param>
internal sealed record TextEncoding(string Name, TextDecoder? Decoder, ReadOnlyMemory<byte> Mark)
{
    public static TextEncoding Utf8 { get; } = new("utf-8", null, new byte[] { 0xEF, 0xBB, 0xBF });

    public static TextEncoding Utf16LittleEndian { get; } = new("utf-16le", Utf16Decoder.LittleEndian, new byte[] { 0xFF, 0xFE });

    public static TextEncoding Utf16BigEndian { get; } = new("utf-16be", Utf16Decoder.BigEndian, new byte[] { 0xFE, 0xFF });

    public static TextEncoding Gb18030 { get; } = new("gb18030", MultiByteDecoder.Gb18030, new byte[] { 0x84, 0x31, 0x95, 0x33 });

    public static TextEncoding Big5 { get; } = new("big5", MultiByteDecoder.Big5, default);

    /// <summary>All of them, the likeliest first.</summary>
    public static IReadOnlyList<TextEncoding> All { get; } = [Utf8, Gb18030, Big5, Utf16LittleEndian, Utf16BigEndian];
}
