using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Inkstone.Text.Chunking;

namespace Inkstone.Batching;

/// <summary>Documents as records of bytes (<see cref="DocumentCodec"/>), one behind the other. Safe to read from many threads.</summary>
internal abstract class DocumentStore(bool wideIds) : IDisposable
{
    /// <summary>Whether an id takes four bytes, instead of two.</summary>
    public bool WideIds { get; } = wideIds;

    /// <summary>The document whose record begins there.</summary>
    public EncodedDocument Read(long offset)
    {
        Span<byte> prefix = stackalloc byte[DocumentCodec.PrefixLength];
        Copy(offset, prefix);
        var length = MemoryMarshal.Read<int>(prefix);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var record = buffer.AsSpan(0, length);
            Copy(offset + DocumentCodec.PrefixLength, record);
            return DocumentCodec.Read(record, WideIds);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    protected abstract void Copy(long offset, Span<byte> target);
}

/// <summary>Documents in memory, in large blocks that never move; no record lies in two.</summary>
internal sealed class MemoryDocuments(bool wideIds) : DocumentStore(wideIds)
{
    private const int BlockLength = 1 << 20;

    private readonly List<byte[]> blocks = [];
    private readonly List<long> starts = [];
    private int used;   // bytes of the last block

    /// <summary>Bytes so far: the offset of the next record.</summary>
    public long Length { get; private set; }

    /// <summary>The bytes of all records, block by block.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Blocks =>
        blocks.Select((block, index) => (ReadOnlyMemory<byte>)block.AsMemory(0, index < blocks.Count - 1 ? (int)(starts[index + 1] - starts[index]) : used));

    /// <summary>Copies whole records.</summary>
    public void Append(ReadOnlySpan<byte> records)
    {
        if (blocks.Count == 0 || records.Length > blocks[^1].Length - used)
        {
            blocks.Add(GC.AllocateUninitializedArray<byte>(Math.Max(BlockLength, records.Length)));
            starts.Add(Length);
            used = 0;
        }

        records.CopyTo(blocks[^1].AsSpan(used));
        used += records.Length;
        Length += records.Length;
    }

    protected override void Copy(long offset, Span<byte> target)
    {
        var found = starts.BinarySearch(offset);
        var block = found >= 0 ? found : ~found - 1;
        blocks[block].AsSpan((int)(offset - starts[block]), target.Length).CopyTo(target);
    }
}

/// <summary>Documents in a part of a file, whose pages are loaded when touched and dropped when memory is wanted elsewhere.</summary>
internal sealed class MappedDocuments(MemoryMappedFile map, long start, long length, bool wideIds) : DocumentStore(wideIds)
{
    private readonly MemoryMappedViewAccessor view = map.CreateViewAccessor(start, length, MemoryMappedFileAccess.Read);

    public override void Dispose()
    {
        view.Dispose();
        map.Dispose();
        base.Dispose();
    }

    protected override void Copy(long offset, Span<byte> target) =>
        view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(view.PointerOffset + offset), target);
}
