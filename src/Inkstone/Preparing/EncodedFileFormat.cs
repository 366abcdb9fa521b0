using System.Buffers;
using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Text.Json;
using Inkstone.Batching;

namespace Inkstone.Preparing;

/// <summary>An encoded file on disk.</summary>
/// <remarks>
/// Eight bytes name the form, sixteen are the XXH3-128 of all that follows: the length of a header, the header as JSON, the rows, the
/// documents. So whatever is cut off, added or flipped is noticed. The numbers are the machine's own: the cache never travels.
/// </remarks>
internal static class EncodedFileFormat
{
    /// <summary>Counts up when the form changes; a part of every key.</summary>
    public const int Version = 1;

    private const int HashLength = 16;
    private const int BufferLength = 1 << 20;

    private static ReadOnlySpan<byte> Magic => "INKROWS1"u8;

    private sealed record Header(EncodedFileHeader File, int Rows, bool WideIds, long DocumentsLength);

    /// <summary>Writes a file that <see cref="EncodingPass"/> has made, twice through: for the hash, then for the bytes.</summary>
    public static void Write(EncodedFile file, Stream stream)
    {
        var hash = new XxHash128();
        foreach (var part in PartsOf(file))
        {
            hash.Append(part.Span);
        }

        stream.Write(Magic);
        stream.Write(hash.GetCurrentHash());
        foreach (var part in PartsOf(file))
        {
            stream.Write(part.Span);
        }
    }

    /// <summary>About how many bytes <see cref="Write"/> will write.</summary>
    public static long LengthOf(EncodedFile file) => ((long)file.Rows.Count * Marshal.SizeOf<EncodedRow>()) + ((MemoryDocuments)file.Documents).Length;

    /// <summary>Checks a file and maps its documents.</summary>
    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static EncodedFile Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        ThrowIfDamaged(stream);
        stream.Position = Magic.Length + HashLength;
        Span<byte> length = stackalloc byte[sizeof(int)];
        stream.ReadExactly(length);
        var json = new byte[MemoryMarshal.Read<int>(length)];
        stream.ReadExactly(json);
        var header = JsonSerializer.Deserialize<Header>(json)!;
        var rows = new BlockList<EncodedRow>();
        for (var row = 0; row < header.Rows; row++)
        {
            rows.Add(default);
        }

        foreach (var piece in rows.Pieces())
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(piece.Span));
        }

        var map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        return new(header.File, rows, new MappedDocuments(map, stream.Position, header.DocumentsLength, header.WideIds));
    }

    private static void ThrowIfDamaged(FileStream stream)
    {
        Span<byte> start = stackalloc byte[Magic.Length + HashLength];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.StartsWith(Magic))
        {
            throw new InvalidDataException($"{stream.Name} is no encoded file.");
        }

        var hash = new XxHash128();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (stream.Read(buffer) is > 0 and var count)
            {
                hash.Append(buffer.AsSpan(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (!hash.GetCurrentHash().AsSpan().SequenceEqual(start[Magic.Length..]))
        {
            throw new InvalidDataException($"{stream.Name} is damaged.");
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> PartsOf(EncodedFile file)
    {
        var documents = (MemoryDocuments)file.Documents;
        var json = JsonSerializer.SerializeToUtf8Bytes(new Header(file.Header, file.Rows.Count, documents.WideIds, documents.Length));
        yield return BitConverter.GetBytes(json.Length);
        yield return json;
        foreach (var piece in file.Rows.Pieces())
        {
            yield return MemoryMarshal.AsBytes(piece.Span).ToArray();
        }

        foreach (var block in documents.Blocks)
        {
            yield return block;
        }
    }
}
