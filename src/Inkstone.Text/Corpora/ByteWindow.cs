using System.Text;
using System.Text.Unicode;
using Inkstone.Text.Corpora.Encodings;

namespace Inkstone.Text.Corpora;

/// <summary>
/// A sliding window over a stream of UTF-8: the reader looks at <see cref="Bytes"/>, asks for more where a record is not
/// whole yet, and moves on. Memory is the longest record, whatever the file's length.
/// </summary>
internal sealed class ByteWindow(Stream utf8, string name) : IDisposable
{
    private const int InitialSize = 1 << 16;
    private const int LargestRecord = 1 << 26;

    private byte[] buffer = new byte[InitialSize];
    private int start;
    private int end;

    /// <summary>The file's name for messages.</summary>
    public string Name { get; } = name;

    /// <summary>The encoding that the file was decoded from.</summary>
    public string EncodingName => (utf8 as DecodedStream)?.EncodingName ?? "utf-8";

    /// <summary>The 1-based line on which <see cref="Bytes"/> begins.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Whether the stream has no more bytes than <see cref="Bytes"/> shows.</summary>
    public bool Ended { get; private set; }

    /// <summary>Whether a record fills all the memory that one may have.</summary>
    public bool IsFull => start == 0 && end == buffer.Length && buffer.Length >= LargestRecord;

    /// <summary>What is loaded and not yet passed. Valid until the next fill.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(start, end - start);

    /// <summary>Passes <paramref name="count"/> bytes.</summary>
    public void Advance(int count)
    {
        Line += Bytes[..count].Count((byte)'\n');
        start += count;
    }

    /// <summary>Loads more, as much as the stream gives at once; false at its end.</summary>
    public bool Fill()
    {
        if (Ended)
        {
            return false;
        }

        MakeRoom();
        int count = utf8.Read(buffer, end, buffer.Length - end);
        end += count;
        Ended = count == 0;
        return !Ended;
    }

    /// <summary>Loads until the window is twice as long: a record that is scanned anew after each fill stays linear.</summary>
    public void FillToDouble()
    {
        int wanted = Math.Max(Bytes.Length + 1, Math.Min(2 * Bytes.Length, LargestRecord));
        while (Bytes.Length < wanted && Fill())
        {
        }
    }

    /// <summary>Reads a line, without its <c>\n</c> or <c>\r\n</c>; false at the end. The line is valid until the next call.</summary>
    public bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        int length;
        while ((length = Bytes[searched..].IndexOf((byte)'\n')) < 0)
        {
            searched = Bytes.Length;
            if (!Fill())
            {
                line = Bytes;
                start = end;
                return !line.IsEmpty;
            }
        }

        line = Bytes[..(searched + length)];
        line = line.EndsWith("\r"u8) ? line[..^1] : line;
        start += searched + length + 1;
        Line++;
        return true;
    }

    /// <summary>Throws, with the right line, where bytes of <paramref name="record"/> did not decode, or one is zero.</summary>
    /// <param name="record">The bytes of one record.</param>
    /// <param name="line">The line on which it begins.</param>
    /// <exception cref="InvalidDataFileException">A byte does not belong to the file's encoding, or to any text.</exception>
    public void RequireText(ReadOnlySpan<byte> record, int line)
    {
        if (Utf8.IsValid(record) && !record.Contains((byte)0))
        {
            return;
        }

        int bad = 0;
        while (Rune.DecodeFromUtf8(record[bad..], out var rune, out int length) == System.Buffers.OperationStatus.Done && rune.Value != 0)
        {
            bad += length;
        }

        string problem = record[bad] == 0 ? "a zero byte stands here, which belongs to no text"
            : EncodingName == "utf-8" ? FormattableString.Invariant($"the byte 0x{record[bad]:X2} is no UTF-8")
            : $"bytes stand here that do not decode as {EncodingName}";
        throw new InvalidDataFileException(Name, line + record[..bad].Count((byte)'\n'), problem, $"text in {EncodingName}",
            "Correct the row, or say which encoding the file has (encoding, --encoding).") { IsOfOneRow = true };
    }

    /// <inheritdoc/>
    public void Dispose() => utf8.Dispose();

    private void MakeRoom()
    {
        if (start > 0)
        {
            Bytes.CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end < buffer.Length)
        {
            return;
        }

        if (buffer.Length >= LargestRecord)
        {
            throw new InvalidDataFileException(Name, Line, "a row begins here that is longer than 64 MiB",
                "shorter rows", "Look for a quote or bracket that opens here and never closes.");
        }

        Array.Resize(ref buffer, buffer.Length * 2);
    }
}
