using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>
/// Dropout masks: 0 with probability <c>rate</c>, <c>1 / (1 - rate)</c> otherwise. Whether an element is kept is a
/// function of seed, step, site and the element's position, never of threads, chunks or register width.
/// </summary>
/// <remarks>
/// Srivastava et al. 2014, in the scaled form of PyTorch. Each element draws 16 bits from Philox4x32-10, so the rate is
/// rounded to a multiple of 1/65536. bfloat16 numbers are <see cref="ushort"/> here; their scale is rounded to bfloat16,
/// as in a tensor of that type. Large masks are made on <see cref="WorkerPool.Shared"/>.
/// </remarks>
public static partial class DropoutMask
{
    internal const int DrawsPerTile = Philox.PairsPerTile * 4;
    private const int TilesPerBatch = 64;
    internal const int DrawsPerBatch = DrawsPerTile * TilesPerBatch;
    private const double Levels = 65536;

    /// <summary>Writes a float32 mask.</summary>
    /// <param name="mask">Every element is overwritten.</param>
    /// <param name="rate">Share that is dropped, 0 to 1.</param>
    /// <param name="stream">Which random numbers.</param>
    /// <param name="firstPosition">Position of the first element in the whole mask, 0 or more, where this is a part of one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate or the position is out of range.</exception>
    public static unsafe void Fill(Span<float> mask, double rate, DropoutStream stream, long firstPosition = 0)
    {
        fixed (float* target = mask)
        {
            Fill(target, mask.Length, rate, stream, firstPosition);
        }
    }

    /// <summary>Writes a bfloat16 mask.</summary>
    /// <inheritdoc cref="Fill(Span{float}, double, DropoutStream, long)"/>
    public static unsafe void Fill(Span<ushort> mask, double rate, DropoutStream stream, long firstPosition = 0)
    {
        fixed (ushort* target = mask)
        {
            Fill(target, mask.Length, rate, stream, firstPosition);
        }
    }

    /// <summary>Writes <c>output[i] = input[i] * mask[i]</c> in float32, without writing the mask anywhere.</summary>
    /// <param name="input">What is dropped out: activations, or in the backward pass their gradient.</param>
    /// <param name="output">As long as the input; may be the input itself.</param>
    /// <param name="rate">Share that is dropped, 0 to 1.</param>
    /// <param name="stream">Which random numbers.</param>
    /// <param name="firstPosition">Position of the first element in the whole mask, 0 or more, where this is a part of one.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the rate or the position is out of range.</exception>
    public static unsafe void Apply(ReadOnlySpan<float> input, Span<float> output, double rate, DropoutStream stream, long firstPosition = 0)
    {
        ThrowIfLengthsDiffer(input.Length, output.Length);
        fixed (float* source = input)
        fixed (float* target = output)
        {
            Apply(source, target, input.Length, rate, stream, firstPosition);
        }
    }

    /// <summary>Writes <c>output[i] = input[i] * mask[i]</c> in bfloat16, without writing the mask anywhere.</summary>
    /// <inheritdoc cref="Apply(ReadOnlySpan{float}, Span{float}, double, DropoutStream, long)"/>
    public static unsafe void Apply(ReadOnlySpan<ushort> input, Span<ushort> output, double rate, DropoutStream stream, long firstPosition = 0)
    {
        ThrowIfLengthsDiffer(input.Length, output.Length);
        fixed (ushort* source = input)
        fixed (ushort* target = output)
        {
            Apply(source, target, input.Length, rate, stream, firstPosition);
        }
    }

    internal static unsafe void Fill<T>(T* mask, long length, double rate, DropoutStream stream, long firstPosition = 0)
        where T : unmanaged
    {
        var (threshold, scale) = ThresholdAndScale<T>(rate);
        ForEachBatch(length, stream, firstPosition, (draws, offset, start, end) =>
            Simd.Run(new WriteMask<T>(draws, mask + offset, threshold, scale), start, end));
    }

    internal static unsafe void Apply<T>(T* input, T* output, long length, double rate, DropoutStream stream, long firstPosition = 0)
        where T : unmanaged
    {
        var (threshold, scale) = ThresholdAndScale<T>(rate);
        ForEachBatch(length, stream, firstPosition, (draws, offset, start, end) =>
            Simd.Run(new MultiplyByMask<T>(draws, input + offset, output + offset, threshold, scale), start, end));
    }

    internal static (float Threshold, float Scale) ThresholdAndScale<T>(double rate)
    {
        if (!(rate is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate lies between 0 and 1.");
        }

        var scale = (float)(1 / (1 - rate));
        if (typeof(T) == typeof(ushort))
        {
            scale = BitConverter.UInt32BitsToSingle((uint)Lanes1.RoundToBFloat16(scale) << 16);
        }

        return ((float)Math.Round(rate * Levels), scale);
    }

    /// <summary>Elements <c>[start, end)</c> of one batch of draws; element 0 stands <paramref name="offset"/> behind the buffer's first.</summary>
    private unsafe delegate void UseDraws(ushort* draws, long offset, long start, long end);

    private static void ForEachBatch(long length, DropoutStream stream, long firstPosition, UseDraws use)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstPosition);
        var end = checked(firstPosition + length);
        var firstChunk = firstPosition / Chunk.Size;
        var chunks = length == 0 ? 0 : checked((int)(((end - 1) / Chunk.Size) - firstChunk + 1));
        WorkerPool.Shared.Run(chunks, piece =>
        {
            var chunkStart = (firstChunk + piece) * Chunk.Size;
            FillChunk(Math.Max(chunkStart, firstPosition), Math.Min(chunkStart + Chunk.Size, end), firstPosition, stream, use);
        });
    }

    [SkipLocalsInit]
    private static unsafe void FillChunk(long start, long end, long firstPosition, DropoutStream stream, UseDraws use)
    {
        var draws = stackalloc ulong[DrawsPerBatch / 4];
        for (var batch = start - (start % DrawsPerBatch); batch < end; batch += DrawsPerBatch)
        {
            var last = Math.Min(end - batch, DrawsPerBatch);
            var tiles = (int)((last + DrawsPerTile - 1) / DrawsPerTile);
            Philox.Fill((ulong)(batch / DrawsPerTile) * Philox.BlocksPerTile, tiles, stream.Counter, stream.Seed, draws);
            use((ushort*)draws, batch - firstPosition, Math.Max(start - batch, 0), last);
        }
    }

    private static void ThrowIfLengthsDiffer(int input, int output)
    {
        if (input != output)
        {
            throw new ArgumentException($"Input and output must be equally long, but are {input} and {output}.");
        }
    }

    private readonly unsafe struct WriteMask<T>(ushort* draws, T* mask, float threshold, float scale) : IElementwise
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(long i)
            where TLanes : unmanaged, ILanes<TLanes> =>
            Simd.Store(TLanes.WhereAtLeast(TLanes.LoadUInt16(draws + i), TLanes.Create(threshold), TLanes.Create(scale)), mask + i);
    }

    private readonly unsafe struct MultiplyByMask<T>(ushort* draws, T* input, T* output, float threshold, float scale) : IElementwise
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(long i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            var mask = TLanes.WhereAtLeast(TLanes.LoadUInt16(draws + i), TLanes.Create(threshold), TLanes.Create(scale));
            Simd.Store(Simd.Load<TLanes, T>(input + i) * mask, output + i);
        }
    }
}
