using System.Runtime.InteropServices;
using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

public sealed partial class Tensor
{
    /// <summary>A CPU tensor with a copy of these values.</summary>
    /// <param name="values">In row-major order; <see cref="DTypes.Of{T}"/> says which dtype a type becomes.</param>
    /// <param name="shape">Its product must be the number of values; no sizes make a single number.</param>
    /// <exception cref="TorchException">The shape does not take this many values.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> shape) where T : unmanaged =>
        FromBytes(MemoryMarshal.AsBytes(values), DTypes.Of<T>(), shape);

    /// <summary>A CPU tensor with a copy of these bytes, little-endian and row-major.</summary>
    /// <exception cref="TorchException">The shape does not take this many bytes.</exception>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, DType dtype, params ReadOnlySpan<long> shape)
    {
        TorchException.ThrowIf(Native.FromBytes(bytes, bytes.Length, shape, shape.Length, (int)dtype, out var result), nameof(FromBytes));
        return new Tensor(result);
    }

    /// <summary>A CPU tensor over memory that belongs to someone else; nothing is copied.</summary>
    /// <param name="data">The first element; row-major and without gaps.</param>
    /// <param name="dtype">What lies there.</param>
    /// <param name="shape">How much lies there.</param>
    /// <param name="release">Called once, on any thread, when neither this tensor nor a view of it is left; also when this call fails.</param>
    public static Tensor FromMemory(nint data, DType dtype, ReadOnlySpan<long> shape, Action? release = null)
    {
        TorchException.ThrowIf(Callbacks.FromMemory(data, shape, dtype, release, out var result), nameof(FromMemory));
        return new Tensor(result);
    }

    /// <summary>All 0. Default: float32 on the CPU.</summary>
    public static Tensor Zeros(ReadOnlySpan<long> shape, DType dtype = DType.Float32, Device? device = null) =>
        Aten.Zeros.Call([Value.IntsBeside, dtype, Value.Default, device], shape);

    /// <summary>All 1. Default: float32 on the CPU.</summary>
    public static Tensor Ones(ReadOnlySpan<long> shape, DType dtype = DType.Float32, Device? device = null) =>
        Aten.Ones.Call([Value.IntsBeside, dtype, Value.Default, device], shape);

    /// <summary>All the same value. Default: float32 on the CPU.</summary>
    public static Tensor Full(ReadOnlySpan<long> shape, double value, DType dtype = DType.Float32, Device? device = null) =>
        Aten.Full.Call([Value.IntsBeside, value, dtype, Value.Default, device], shape);

    /// <summary>Whatever the memory held. Default: float32 on the CPU.</summary>
    public static Tensor Empty(ReadOnlySpan<long> shape, DType dtype = DType.Float32, Device? device = null) =>
        Aten.Empty.Call([Value.IntsBeside, dtype, Value.Default, device], shape);

    /// <summary>All 0, with the other's shape, device and, unless told, dtype.</summary>
    public static Tensor ZerosLike(Tensor other, DType? dtype = null) => Aten.ZerosLike.Call(other, dtype);

    /// <summary>Whatever the memory held, with the other's shape, device and, unless told, dtype.</summary>
    public static Tensor EmptyLike(Tensor other, DType? dtype = null) => Aten.EmptyLike.Call(other, dtype);

    /// <summary>start, start + 1 … up to, not including, end: <c>[end - start]</c>.</summary>
    public static Tensor Arange(long start, long end, DType dtype = DType.Int64, Device? device = null) =>
        Aten.Arange.Call(start, end, dtype, Value.Default, device);

    /// <summary>A single number, without dimensions.</summary>
    public static Tensor Scalar(double value, DType dtype = DType.Float32, Device? device = null) =>
        Aten.ScalarTensor.Call(value, dtype, Value.Default, device);

    /// <summary>Sets every element to 0.</summary>
    /// <returns>This tensor, as from every in-place method.</returns>
    public Tensor ZeroInPlace()
    {
        Aten.ZeroInPlace.Run(this);
        return this;
    }

    /// <summary>Sets every element.</summary>
    public Tensor FillInPlace(double value)
    {
        Aten.FillInPlace.Run(this, value);
        return this;
    }

    /// <summary>Copies another tensor's values into this one, across dtypes and devices; shapes broadcast.</summary>
    /// <param name="source">The values.</param>
    /// <param name="nonBlocking">Lets a copy between pinned memory and a GPU run beside what follows.</param>
    public Tensor CopyInPlace(Tensor source, bool nonBlocking = false)
    {
        Aten.CopyInPlace.Run(this, source, nonBlocking);
        return this;
    }

    /// <summary>Draws every element from a normal distribution.</summary>
    public Tensor NormalInPlace(double mean, double std, Generator? generator = null)
    {
        Aten.NormalInPlace.Run(this, mean, std, generator);
        return this;
    }

    /// <summary>Draws every element evenly from <c>[from, to)</c>.</summary>
    public Tensor UniformInPlace(double from = 0, double to = 1, Generator? generator = null)
    {
        Aten.UniformInPlace.Run(this, from, to, generator);
        return this;
    }

    /// <summary>Adds <paramref name="alpha"/> times another tensor.</summary>
    public Tensor AddInPlace(Tensor other, double alpha = 1)
    {
        Aten.AddInPlace.Run(this, other, Whole(alpha));
        return this;
    }

    /// <summary>Multiplies by a number.</summary>
    public Tensor MulInPlace(double factor)
    {
        Aten.MulScalarInPlace.Run(this, Whole(factor));
        return this;
    }

    /// <summary>Multiplies by another tensor, element by element.</summary>
    public Tensor MulInPlace(Tensor other)
    {
        Aten.MulInPlace.Run(this, other);
        return this;
    }
}
