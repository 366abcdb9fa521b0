using System.Text;
using System.Text.Unicode;

namespace Inkstone.Text.Corpora;

/// <summary>
/// A sliding window over a stream of UTF-8: the reader looks at <see cref="Bytes"/>, asks for more where a record is not
/// whole yet, and moves on. Memory is the longest record, whatever the file's length.
/// </summary>
internal sealed class ByteWindow(Stream utf8, string name) : IDisposable
{
    private const int InitialSize = 1 << 16;
    private const int LargestRecord = 1 << 28;

    private byte[] buffer = new byte[InitialSize];
    private int start;
    private int end;

    /// <summary>The file's name for messages.</summary>
    public string Name { get; } = name;

    /// <summary>The 1-based line on which <see cref="Bytes"/> begins.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Whether the stream has no more bytes than <see cref="Bytes"/> shows.</summary>
    public bool Ended { get; private set; }

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
        try
        {
            int count = utf8.Read(buffer, end, buffer.Length - end);
            end += count;
            Ended = count == 0;
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataFileException(Name, Line, "at or after this line stand bytes that do not decode",
                "UTF-8, or UTF-16 with a byte-order mark", "Save the file again as UTF-8.", e);
        }

        return !Ended;
    }

    /// <summary>Loads until the window is twice as long: a record that is scanned anew after each fill stays linear.</summary>
    public void FillToDouble()
    {
        int wanted = 2 * Math.Max(Bytes.Length, 1);
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

    /// <summary>Throws, with the right line, where <paramref name="record"/> is no UTF-8.</summary>
    /// <param name="record">The bytes of one record.</param>
    /// <param name="line">The line on which it begins.</param>
    /// <exception cref="InvalidDataFileException">A byte does not belong to UTF-8.</exception>
    public void RequireUtf8(ReadOnlySpan<byte> record, int line)
    {
        if (Utf8.IsValid(record))
        {
            return;
        }

        int bad = 0;
        while (Rune.DecodeFromUtf8(record[bad..], out _, out int length) == System.Buffers.OperationStatus.Done)
        {
            bad += length;
        }

        throw new InvalidDataFileException(Name, line + record[..bad].Count((byte)'\n'),
            FormattableString.Invariant($"the byte 0x{record[bad]:X2} is no UTF-8"), "UTF-8, or UTF-16 with a byte-order mark",
            "Save the file as UTF-8, for instance with: iconv -f GB18030 -t UTF-8 FILE.");
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
            throw new InvalidDataFileException(Name, Line, "a row begins here that is longer than 256 MiB",
                "shorter rows", "Look for a quote or bracket that opens here and never closes.");
        }

        Array.Resize(ref buffer, buffer.Length * 2);
    }
}
