using System.Text.Unicode;

namespace Inkstone.Text.Corpora.Encodings;

/// <summary>
/// A file's text as UTF-8 without a byte-order mark, whatever its encoding. UTF-8 itself passes unchanged; bytes of
/// another encoding that do not decode become <see cref="InvalidByte"/>, so that who checks a row finds either fault as invalid UTF-8.
/// </summary>
/// <remarks>
/// The encoding is decided when the first bytes come that are not ASCII: a file may be ASCII for long. Until then ASCII passes.
/// A file is looked at 256 KiB at a time; a pipe or a terminal is waited for until a line is whole, as any reader of lines would.
/// </remarks>
internal sealed class DecodedStream : Stream
{
    /// <summary>Stands in UTF-8 for bytes that do not decode: no UTF-8 has it.</summary>
    public const byte InvalidByte = 0xFF;

    private const int HeadSize = 1 << 18;
    private const int ChunkSize = 1 << 16;

    private readonly Stream raw;
    private readonly IReadOnlyList<TextEncoding> candidates;
    private readonly Action<string>? turnedOut;
    private readonly byte[] encoded = GC.AllocateUninitializedArray<byte>(HeadSize);
    private int start;
    private int end;
    private bool ended;
    private bool begun;
    private bool passedAscii;
    private TextEncoding? encoding;
    private char[] chars = [];
    private byte[] utf8 = [];
    private int utf8Start;
    private int utf8End;

    /// <summary>Wraps a stream, which it then owns. Nothing is read yet.</summary>
    /// <param name="raw">The bytes as they are.</param>
    /// <param name="encodingName">One of <see cref="EncodingNames.All"/>; null is <c>auto</c>.</param>
    /// <param name="turnedOut">Told the name where a file that began as ASCII turns out, after its first bytes were read, to be no UTF-8.</param>
    /// <exception cref="ArgumentException">There is no encoding of that name.</exception>
    public DecodedStream(Stream raw, string? encodingName = null, Action<string>? turnedOut = null)
    {
        candidates = EncodingNames.Parse(encodingName);
        encoding = candidates.Count == 1 ? candidates[0] : null;
        this.raw = raw;
        this.turnedOut = turnedOut;
    }

    /// <summary>The encoding's IANA name; <c>utf-8</c> while only ASCII was seen. Right after the first read.</summary>
    public string EncodingName => (encoding ?? TextEncoding.Utf8).Name;

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

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        if (!begun)
        {
            Begin();
        }
        else if (encoding is null && start == end)
        {
            Look();
            Decide();
        }

        return encoding?.Decoder is { } decoder ? ReadDecoded(decoder, buffer)
            : start < end ? ReadLooked(buffer)
            : ended ? 0
            : raw.Read(buffer);
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
            raw.Dispose();
        }

        base.Dispose(disposing);
    }

    private ReadOnlySpan<byte> Looked => encoded.AsSpan(start, end - start);

    /// <summary>Decides by the mark, which is passed, or by what the first look shows.</summary>
    private void Begin()
    {
        begun = true;
        Look();
        if (EncodingDetector.ByMark(Looked, candidates) is { } marked)
        {
            encoding = marked;
            start += marked.Mark.Length;
        }
        else if (encoding is null && BinaryFile.Is(Looked))
        {
            encoding = TextEncoding.Utf8;   // passed as it is, for the reader to refuse
        }
        else
        {
            Decide();
        }
    }

    /// <summary>Loads bytes to decide by.</summary>
    private void Look()
    {
        (start, end) = (0, 0);
        while (end < encoded.Length && !ended && NeedsMore())
        {
            Load(encoded.Length);
        }
    }

    /// <summary>Decides by what was loaded, or stays undecided over pure ASCII.</summary>
    private void Decide()
    {
        if (encoding is null && (EncodingDetector.HasEvidence(Looked) || candidates[0].Decoder is not null))
        {
            encoding = EncodingDetector.Detect(Looked, ended, candidates);
            if (passedAscii && encoding.Decoder is not null)
            {
                turnedOut?.Invoke(encoding.Name);
            }
        }
    }

    private bool NeedsMore() =>
        raw.CanSeek || Looked[Math.Max(0, EncodingDetector.FirstEvidence(Looked))..].IndexOf((byte)'\n') < 0;

    private void Load(int limit)
    {
        int count = raw.Read(encoded, end, limit - end);
        end += count;
        ended = count == 0;
    }

    private int ReadLooked(Span<byte> buffer)
    {
        int count = Math.Min(end - start, buffer.Length);
        encoded.AsSpan(start, count).CopyTo(buffer);
        start += count;
        passedAscii = true;
        return count;
    }

    private int ReadDecoded(TextDecoder decoder, Span<byte> buffer)
    {
        while (utf8Start == utf8End)
        {
            if (!Decode(decoder))
            {
                if (ended)
                {
                    return 0;
                }

                encoded.AsSpan(start, end - start).CopyTo(encoded);
                (start, end) = (0, end - start);
                Load(ChunkSize);
            }
        }

        int count = Math.Min(utf8End - utf8Start, buffer.Length);
        utf8.AsSpan(utf8Start, count).CopyTo(buffer);
        utf8Start += count;
        return count;
    }

    /// <summary>Decodes some of what is loaded; false where no character is whole.</summary>
    private bool Decode(TextDecoder decoder)
    {
        if (utf8.Length == 0)
        {
            (chars, utf8) = (new char[ChunkSize], new byte[3 * ChunkSize]);
        }

        int length = Math.Min(ChunkSize, end - start);
        int count = decoder.Decode(encoded.AsSpan(start, length), ended && length == end - start, chars, out int used);
        start += used;
        (utf8Start, utf8End) = (0, ToUtf8(chars.AsSpan(0, count)));
        return count > 0;
    }

    private int ToUtf8(ReadOnlySpan<char> text)
    {
        int written = 0;
        while (true)
        {
            int fault = text.IndexOf(TextDecoder.Undecodable);
            Utf8.FromUtf16(fault < 0 ? text : text[..fault], utf8.AsSpan(written), out _, out int count);
            written += count;
            if (fault < 0)
            {
                return written;
            }

            utf8[written++] = InvalidByte;
            text = text[(fault + 1)..];
        }
    }
}
