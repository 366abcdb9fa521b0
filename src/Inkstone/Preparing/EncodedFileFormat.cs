using System.Buffers;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Inkstone.Preparing;

/// <summary>An encoded file on disk.</summary>
/// <remarks>
/// Eight bytes name the form; then come the documents, the rows, a byte a row why it leaves, the header as JSON, its length in eight
/// bytes, and last the XXH3-128 of all of it: whatever is cut off, added or flipped is noticed. The numbers are the machine's own: the
/// cache never travels.
/// </remarks>
internal static class EncodedFileFormat
{
    /// <summary>Counts up when the form changes; a part of every key.</summary>
    public const int Version = 2;

    private const int HashLength = 16;
    private const int BufferLength = 1 << 16;

    private static ReadOnlySpan<byte> Magic => "INKROWS2"u8;

    private sealed record Header(EncodedFileHeader File, int Rows, bool WideIds, long DocumentsLength);

    /// <summary>Writes a file that <see cref="EncodingPass"/> has made.</summary>
    public static void Write(EncodedFile file, Stream stream)
    {
        var hash = new XxHash128();
        Put(Magic);
        Copy(file.Documents.Bytes, file.Documents.Start, file.Documents.Length, Put);
        Copy(file.Rows.Bytes, file.Rows.Start, (long)file.Rows.Count * Unsafe.SizeOf<EncodedRow>(), Put);
        Put(file.Reasons);
        var json = JsonSerializer.SerializeToUtf8Bytes(new Header(file.Header, file.Rows.Count, file.Documents.WideIds, file.Documents.Length));
        Put(json);
        Put(BitConverter.GetBytes((long)json.Length));
        stream.Write(hash.GetCurrentHash());

        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.Append(bytes);
            stream.Write(bytes);
        }
    }

    /// <summary>About how many bytes <see cref="Write"/> will write.</summary>
    public static long LengthOf(EncodedFile file) => file.Documents.Length + ((long)file.Rows.Count * (Unsafe.SizeOf<EncodedRow>() + 1));

    /// <summary>Opens a file that was written whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="check">Whether to read it through first; not needed for one that was just written.</param>
    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static EncodedFile Read(string path, bool check = true)
    {
        var bytes = new Spool(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        try
        {
            if (check)
            {
                ThrowIfDamaged(bytes, path);
            }

            var end = bytes.Length - HashLength - sizeof(long);
            var json = new byte[MemoryMarshal.Read<long>(Part(bytes, end, sizeof(long)))];
            bytes.Read(end -= json.Length, json);
            var header = JsonSerializer.Deserialize<Header>(json)!;
            var reasons = Part(bytes, end -= header.Rows, header.Rows);
            var rows = new RowTable<EncodedRow>(bytes, Magic.Length + header.DocumentsLength, header.Rows);
            return new(header.File, rows, reasons, new(bytes, Magic.Length, header.DocumentsLength, header.WideIds), bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private static void ThrowIfDamaged(Spool bytes, string path)
    {
        if (bytes.Length < Magic.Length + sizeof(long) + HashLength || !Part(bytes, 0, Magic.Length).AsSpan().SequenceEqual(Magic))
        {
            throw new InvalidDataException($"{path} is no encoded file.");
        }

        var hash = new XxHash128();
        Copy(bytes, 0, bytes.Length - HashLength, hash.Append);
        if (!hash.GetCurrentHash().AsSpan().SequenceEqual(Part(bytes, bytes.Length - HashLength, HashLength)))
        {
            throw new InvalidDataException($"{path} is damaged.");
        }
    }

    private static byte[] Part(Spool bytes, long offset, int length)
    {
        var part = new byte[length];
        bytes.Read(offset, part);
        return part;
    }

    private static void Copy(Spool bytes, long offset, long length, Action<ReadOnlySpan<byte>> put)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            for (int count; length > 0; offset += count, length -= count)
            {
                count = (int)Math.Min(buffer.Length, length);
                bytes.Read(offset, buffer.AsSpan(0, count));
                put(buffer.AsSpan(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
