namespace Inkstone.Torch.Kernels;

/// <summary>A run of neighbouring elements in one of several buffers: the unit in which threads share work.</summary>
internal readonly record struct Chunk(int Buffer, long Start, long End)
{
    /// <summary>Elements in a full chunk. Fixed, so that sums over chunks are the same however many threads there are.</summary>
    public const int Size = 1 << 16;

    /// <summary>Cuts buffers of these lengths, in order.</summary>
    public static Chunk[] Cut(params ReadOnlySpan<long> lengths)
    {
        var chunks = new List<Chunk>();
        for (var buffer = 0; buffer < lengths.Length; buffer++)
        {
            for (long start = 0; start < lengths[buffer]; start += Size)
            {
                chunks.Add(new Chunk(buffer, start, Math.Min(start + Size, lengths[buffer])));
            }
        }

        return [.. chunks];
    }

    /// <summary>Runs a kernel over all elements <c>[0, length)</c> on the threads of <see cref="WorkerPool.Shared"/>.</summary>
    public static void Run<TBody>(TBody body, long length)
        where TBody : struct, IElementwise
    {
        if (length <= Size)
        {
            Simd.Run(body, 0, length);
            return;
        }

        var pieces = checked((int)((length + Size - 1) / Size));
        WorkerPool.Shared.Run(pieces, piece => Simd.Run(body, (long)piece * Size, Math.Min((piece + 1L) * Size, length)));
    }
}
