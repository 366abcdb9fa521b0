namespace Inkstone.Torch.Kernels;

public static partial class DropoutMask
{
    private static readonly Operator Bernoulli = new("aten::bernoulli_", "float");

    /// <summary>A mask as a tensor, to be multiplied with activations of the same shape.</summary>
    /// <param name="shape">Positions count in row-major order; the first dimension counts rows.</param>
    /// <param name="dtype">Any floating-point type.</param>
    /// <param name="device">
    /// The CPU, or a CUDA device: there libtorch's own generator draws, seeded from the same numbers, so that the mask is
    /// reproducible but another one than the CPU's.
    /// </param>
    /// <param name="rate">Share that is dropped, 0 to 1.</param>
    /// <param name="stream">Which random numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
    public static Tensor Create(ReadOnlySpan<long> shape, DType dtype, Device device, double rate, DropoutStream stream)
    {
        if (device == Device.Cpu)
        {
            return CreateOnCpu(shape, dtype, rate, stream);
        }

        var (_, scale) = ThresholdAndScale<float>(rate);
        using var generator = new Generator(DeviceSeed(stream), device);
        var mask = Tensor.Empty(shape, dtype, device);
        Bernoulli.Run(mask, 1 - rate, generator);
        return rate < 1 ? mask.MulInPlace(scale) : mask;
    }

    /// <summary>A new tensor <c>input * mask</c>; no history is kept. The same call on its gradient is the backward pass.</summary>
    /// <param name="input">float32 or bfloat16 on the CPU.</param>
    /// <param name="rate">Share that is dropped, 0 to 1.</param>
    /// <param name="stream">Which random numbers.</param>
    /// <exception cref="ArgumentException">Another type or device, or the rate is out of range.</exception>
    public static unsafe Tensor Apply(Tensor input, double rate, DropoutStream stream)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Device != Device.Cpu || input.DType is not (DType.Float32 or DType.BFloat16))
        {
            throw new ArgumentException($"Fused dropout takes float32 or bfloat16 on the CPU, but got {input}; multiply by DropoutMask.Create instead.", nameof(input));
        }

        using var noGrad = GradMode.NoGrad();
        using var source = input.Contiguous();
        var output = Tensor.EmptyLike(source);
        if (input.DType == DType.Float32)
        {
            Apply((float*)source.DataPointer, (float*)output.DataPointer, output.NumElements, rate, stream);
        }
        else
        {
            Apply((ushort*)source.DataPointer, (ushort*)output.DataPointer, output.NumElements, rate, stream);
        }

        return output;
    }

    private static unsafe Tensor CreateOnCpu(ReadOnlySpan<long> shape, DType dtype, double rate, DropoutStream stream)
    {
        var mask = Tensor.Empty(shape, dtype == DType.BFloat16 ? dtype : DType.Float32);
        var firstPosition = stream.FirstRow == 0 || mask.NumElements == 0 ? 0 : stream.FirstRow * (mask.NumElements / shape[0]);
        if (dtype == DType.BFloat16)
        {
            Fill((ushort*)mask.DataPointer, mask.NumElements, rate, stream, firstPosition);
            return mask;
        }

        Fill((float*)mask.DataPointer, mask.NumElements, rate, stream, firstPosition);
        if (dtype == DType.Float32)
        {
            return mask;
        }

        using (mask)
        {
            return mask.To(dtype);
        }
    }

    /// <summary>A seed of its own for each stream, and each part of it: one Philox block of the stream, at an index that no mask reaches.</summary>
    private static unsafe long DeviceSeed(DropoutStream stream)
    {
        var pairs = stackalloc ulong[Philox.PairsPerTile];
        Philox.Fill(ulong.MaxValue - Philox.BlocksPerTile + 1 - ((ulong)stream.FirstRow * Philox.BlocksPerTile), 1, stream.Counter, stream.Seed, pairs);
        return unchecked((long)pairs[0]);
    }
}
