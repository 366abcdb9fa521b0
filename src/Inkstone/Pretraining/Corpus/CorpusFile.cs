using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Inkstone.Pretraining.Corpus;

/// <summary>What the pieces of a <see cref="CorpusFile"/> have in common.</summary>
/// <param name="Records">How they lie.</param>
/// <param name="Train">Pieces to train on.</param>
/// <param name="HeldOut">Pieces to judge by.</param>
/// <param name="Report">What became of the texts.</param>
/// <param name="Fingerprint">XXH3-128 of all pieces and of what is held out, in hexadecimal.</param>
/// <param name="Notices">What reading the files had to say.</param>
internal sealed record CorpusFileHeader(CorpusRecords Records, PieceTable Train, PieceTable HeldOut, CorpusReport Report, string Fingerprint, IReadOnlyList<string> Notices);

/// <summary>Where the entries of one side lie.</summary>
/// <param name="Start">Where the first begins.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Tokens">What all its pieces take in batches, special tokens included.</param>
internal sealed record PieceTable(long Start, long Count, long Tokens);

/// <summary>An encoded corpus on disk. Nothing of it is held in memory; it is read with plain reads. Safe to read from many threads.</summary>
/// <remarks>
/// Eight bytes name the form; then come the pieces (<see cref="CorpusRecords"/>), the entries of those to train on, of those to judge by, the
/// header as JSON, the <see cref="Footer"/>, and last the XXH3-128 of all behind the pieces, so that a file that was cut or is another one is
/// noticed without reading it through. The numbers are the machine's own: the file never travels.
/// </remarks>
internal sealed class CorpusFile : IDisposable
{
    /// <summary>Counts up when the form changes; a part of every key.</summary>
    public const int Version = 2;

    private const int HashLength = 16;

    private readonly SafeFileHandle file;
    private readonly string path;

    private CorpusFile(SafeFileHandle file, string path, CorpusFileHeader header) => (this.file, this.path, Header) = (file, path, header);

    public static ReadOnlySpan<byte> Magic => "INKTEXT2"u8;

    public CorpusFileHeader Header { get; }

    /// <summary>Where things lie that stand at no fixed place.</summary>
    /// <param name="Start">Where the pieces end.</param>
    /// <param name="JsonLength">Bytes of the header, which stands before this.</param>
    public readonly record struct Footer(long Start, long JsonLength);

    /// <summary>Opens a file that was written whole.</summary>
    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CorpusFile Open(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
        try
        {
            return new(file, path, ReadHeader(file, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads an entry.</summary>
    /// <exception cref="IOException">The disk fails, or somebody has cut the file.</exception>
    public PieceEntry Entry(PieceTable table, long number)
    {
        var entry = default(PieceEntry);
        Read(file, path, table.Start + (number * Unsafe.SizeOf<PieceEntry>()), MemoryMarshal.AsBytes(new Span<PieceEntry>(ref entry)));
        return entry;
    }

    /// <summary>Reads a piece's bytes.</summary>
    /// <exception cref="IOException">The disk fails, or somebody has cut the file.</exception>
    public void ReadPiece(PieceEntry entry, Span<byte> target) => Read(file, path, entry.Offset, target);

    /// <summary>What to say of a piece that is none.</summary>
    public InvalidDataException Damaged() => new($"{path} is damaged; delete it, and it is made again.");

    public void Dispose() => file.Dispose();

    private static CorpusFileHeader ReadHeader(SafeFileHandle file, string path)
    {
        var end = RandomAccess.GetLength(file) - HashLength;
        if (end < Magic.Length + Unsafe.SizeOf<Footer>() || !Part(0, Magic.Length).AsSpan().SequenceEqual(Magic))
        {
            throw new InvalidDataException($"{path} is no encoded corpus.");
        }

        var beforeFooter = end - Unsafe.SizeOf<Footer>();
        var footer = MemoryMarshal.Read<Footer>(Part(beforeFooter, Unsafe.SizeOf<Footer>()));
        if (footer.Start < Magic.Length || footer.JsonLength < 0 || footer.Start > beforeFooter - footer.JsonLength || footer.JsonLength > int.MaxValue)
        {
            throw new InvalidDataException($"{path} is damaged.");
        }

        var hash = new XxHash128();
        Hash(file, path, footer.Start, end - footer.Start, hash);
        if (!hash.GetCurrentHash().AsSpan().SequenceEqual(Part(end, HashLength)))
        {
            throw new InvalidDataException($"{path} is damaged.");
        }

        return JsonSerializer.Deserialize<CorpusFileHeader>(Part(beforeFooter - footer.JsonLength, (int)footer.JsonLength))!;

        byte[] Part(long offset, int count)
        {
            var part = new byte[count];
            Read(file, path, offset, part);
            return part;
        }
    }

    private static void Hash(SafeFileHandle file, string path, long offset, long length, XxHash128 hash)
    {
        var buffer = new byte[1 << 16];
        for (int count; length > 0; offset += count, length -= count)
        {
            count = (int)Math.Min(buffer.Length, length);
            Read(file, path, offset, buffer.AsSpan(0, count));
            hash.Append(buffer.AsSpan(0, count));
        }
    }

    private static void Read(SafeFileHandle file, string path, long offset, Span<byte> target)
    {
        for (int count; !target.IsEmpty; target = target[count..], offset += count)
        {
            if ((count = RandomAccess.Read(file, target, offset)) == 0)
            {
                throw new EndOfStreamException($"{path} has become shorter while it was in use.");
            }
        }
    }
}
