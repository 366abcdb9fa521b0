using System.Text;

namespace Inkstone.Text.Corpora;

/// <summary>
/// Chooses a file's decoder, once: whatever the encoding, readers see UTF-8 without a byte-order mark. UTF-8 itself passes
/// unchanged and is checked a record at a time, where the line is known.
/// </summary>
internal sealed class Utf8Stream : Stream
{
    private readonly Stream rest;
    private ReadOnlyMemory<byte> head;

    private Utf8Stream(ReadOnlyMemory<byte> head, Stream rest)
    {
        this.head = head;
        this.rest = rest;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> Utf16LittleEndianMark => [0xFF, 0xFE];

    private static ReadOnlySpan<byte> Utf16BigEndianMark => [0xFE, 0xFF];

    /// <summary>A stream of the same text in UTF-8. It owns <paramref name="raw"/>.</summary>
    public static Stream Open(Stream raw)
    {
        var head = new byte[3];
        int count = 0;
        // A terminal may give one byte at a time, and must not wait for bytes that cannot be a mark.
        while (count < head.Length && CouldBeMark(head.AsSpan(0, count)) && raw.Read(head, count, head.Length - count) is > 0 and var read)
        {
            count += read;
        }

        var bytes = head.AsMemory(0, count);
        if (bytes.Span.StartsWith(Utf8Mark))
        {
            return new Utf8Stream(bytes[3..], raw);
        }

        bool bigEndian = bytes.Span.StartsWith(Utf16BigEndianMark);
        if (!bigEndian && !bytes.Span.StartsWith(Utf16LittleEndianMark))
        {
            return new Utf8Stream(bytes, raw);
        }

        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: false, throwOnInvalidBytes: true);
        return Encoding.CreateTranscodingStream(new Utf8Stream(bytes[2..], raw), encoding, new UTF8Encoding(false));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (head.IsEmpty)
        {
            return rest.Read(buffer);
        }

        int count = Math.Min(head.Length, buffer.Length);
        head.Span[..count].CopyTo(buffer);
        head = head[count..];
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            rest.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool CouldBeMark(ReadOnlySpan<byte> bytes) =>
        Utf8Mark.StartsWith(bytes) || Utf16LittleEndianMark.StartsWith(bytes) || Utf16BigEndianMark.StartsWith(bytes);
}
