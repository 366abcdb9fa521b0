namespace Inkstone.Torch.Kernels;

/// <summary>Passes over the memory of whole tensors, on the threads of <see cref="WorkerPool.Shared"/>. No history is kept.</summary>
/// <remarks>Tensors are float32 or bfloat16, on the CPU, contiguous and equally long; bfloat16 is rounded to nearest even.</remarks>
public static unsafe class CpuKernels
{
    /// <summary><c>target += source</c>, added in float32: one gradient to another.</summary>
    /// <exception cref="ArgumentException">Another type or device, gaps in the layout, or two lengths.</exception>
    public static void AddInPlace(Tensor target, Tensor source)
    {
        var length = CommonLength(target, source);
        var (to, from) = (target.DataPointer, source.DataPointer);
        switch (target.DType, source.DType)
        {
            case (DType.Float32, DType.Float32): Chunk.Run(new AddInto<float, float>((float*)to, (float*)from), length); break;
            case (DType.Float32, _): Chunk.Run(new AddInto<float, ushort>((float*)to, (ushort*)from), length); break;
            case (_, DType.Float32): Chunk.Run(new AddInto<ushort, float>((ushort*)to, (float*)from), length); break;
            default: Chunk.Run(new AddInto<ushort, ushort>((ushort*)to, (ushort*)from), length); break;
        }
    }

    /// <summary>Copies and converts: bfloat16 copies of float32 weights, and back.</summary>
    /// <exception cref="ArgumentException">Another type or device, gaps in the layout, or two lengths.</exception>
    public static void CopyInPlace(Tensor target, Tensor source)
    {
        var length = CommonLength(target, source);
        var (to, from) = (target.DataPointer, source.DataPointer);
        switch (source.DType, target.DType)
        {
            case (DType.Float32, DType.Float32): Chunk.Run(new ConvertElements<float, float>((float*)from, (float*)to), length); break;
            case (DType.Float32, _): Chunk.Run(new ConvertElements<float, ushort>((float*)from, (ushort*)to), length); break;
            case (_, DType.Float32): Chunk.Run(new ConvertElements<ushort, float>((ushort*)from, (float*)to), length); break;
            default: Chunk.Run(new ConvertElements<ushort, ushort>((ushort*)from, (ushort*)to), length); break;
        }
    }

    /// <summary>Whether these kernels can work on a tensor's memory as it lies.</summary>
    internal static bool Takes(Tensor tensor) =>
        tensor.Device == Device.Cpu && tensor.DType is (DType.Float32 or DType.BFloat16) && tensor.IsContiguous;

    private static long CommonLength(Tensor target, Tensor source)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        if (!Takes(target) || !Takes(source) || target.NumElements != source.NumElements)
        {
            throw new ArgumentException($"CPU kernels take two contiguous float32 or bfloat16 tensors of one length on the CPU, but got {target} and {source}.");
        }

        return target.NumElements;
    }
}
