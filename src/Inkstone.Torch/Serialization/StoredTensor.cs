using System.Runtime.InteropServices;

namespace Inkstone.Torch.Serialization;

/// <summary>One tensor as it lies in a file, or as it shall be written: row-major, little-endian, without gaps.</summary>
public sealed unsafe class StoredTensor
{
    private readonly byte* pointer;
    private readonly object? owner;

    /// <summary>Names memory that someone else owns, to write it without a copy.</summary>
    /// <param name="name">The tensor's key, such as <c>bert.pooler.dense.weight</c>.</param>
    /// <param name="dtype">Its element type.</param>
    /// <param name="shape">Its sizes; empty for a scalar. Copied.</param>
    /// <param name="pointer">
    /// The first of its contiguous elements. The memory must stay valid as long as this object is used.
    /// </param>
    /// <exception cref="ArgumentException">A size is negative, or the shape takes more bytes than 63 bits can count.</exception>
    public StoredTensor(string name, DType dtype, ReadOnlySpan<long> shape, nint pointer)
        : this(name, dtype, shape.ToArray(), (byte*)pointer, null)
    {
    }

    internal StoredTensor(string name, DType dtype, long[] shape, byte* pointer, object? owner)
    {
        Name = name;
        DType = dtype;
        Shape = shape;
        ByteLength = StoredDType.ByteLength(shape, dtype)
            ?? throw new ArgumentException($"[{string.Join(", ", shape)}] is not the shape of a tensor.", nameof(shape));
        this.pointer = pointer;
        this.owner = owner;
    }

    /// <summary>The tensor's key.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The sizes; empty for a scalar. Not to be written to.</summary>
    public long[] Shape { get; }

    /// <summary>Bytes of all elements.</summary>
    public long ByteLength { get; }

    /// <summary>The number of elements.</summary>
    public long ElementCount => ByteLength / StoredDType.ElementSize(DType);

    /// <summary>
    /// Address of the first element, not necessarily aligned. Read-only, and valid while the <see cref="WeightFile"/> is open.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(owner is MappedFile { IsClosed: true }, owner!);
            return (nint)pointer;
        }
    }

    /// <summary>The bytes, valid while the <see cref="WeightFile"/> is open.</summary>
    /// <exception cref="InvalidOperationException">There are more than 2 GiB: use <see cref="Pointer"/>.</exception>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public ReadOnlySpan<byte> Bytes => ByteLength <= int.MaxValue
        ? new ReadOnlySpan<byte>((void*)Pointer, (int)ByteLength)
        : throw new InvalidOperationException($"Tensor '{Name}' has {ByteLength} bytes, more than a span can hold.");

    /// <summary>Makes a tensor that owns a copy of its bytes, for what does not lie in a tensor's memory already.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not as long as the shape demands.</exception>
    public static StoredTensor CopyOf(string name, DType dtype, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        var memory = AllocatePinned(bytes.Length);
        bytes.CopyTo(memory);
        var tensor = OverPinned(name, dtype, shape.ToArray(), memory);
        return tensor.ByteLength == bytes.Length ? tensor : throw new ArgumentException(
            $"Tensor '{name}' of shape [{string.Join(", ", tensor.Shape)}] takes {tensor.ByteLength} bytes, got {bytes.Length}.",
            nameof(bytes));
    }

    /// <summary>Copies the elements as single precision, widening or rounding to the nearest.</summary>
    /// <param name="destination">Exactly <see cref="ElementCount"/> elements.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    /// <exception cref="InvalidOperationException">The tensor holds integers or truth values.</exception>
    public void CopyTo(Span<float> destination)
    {
        if (destination.Length != ElementCount)
        {
            throw new ArgumentException(
                $"Tensor '{Name}' has {ElementCount} elements, the destination {destination.Length}.", nameof(destination));
        }

        // Over the pointer, not Bytes: 2^30 doubles have more bytes than a span, and still fit a span of floats.
        var source = (void*)Pointer;
        switch (DType)
        {
            case DType.Float32:
                new ReadOnlySpan<float>(source, destination.Length).CopyTo(destination);
                break;
            case DType.Float16:
                FloatConversion.HalfToSingle(new ReadOnlySpan<Half>(source, destination.Length), destination);
                break;
            case DType.BFloat16:
                FloatConversion.BFloat16ToSingle(new ReadOnlySpan<ushort>(source, destination.Length), destination);
                break;
            case DType.Float64:
                FloatConversion.DoubleToSingle(new ReadOnlySpan<double>(source, destination.Length), destination);
                break;
            default:
                throw new InvalidOperationException($"Tensor '{Name}' holds {DType}, which has no floating-point form.");
        }

        GC.KeepAlive(owner);
    }

    /// <summary>Memory that the garbage collector frees but never moves.</summary>
    internal static byte[] AllocatePinned(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);

    /// <summary>A tensor over the whole of an array from <see cref="AllocatePinned"/>.</summary>
    internal static StoredTensor OverPinned(string name, DType dtype, long[] shape, byte[] memory)
    {
        // The reference of an empty array is not an address to read from, but nothing is read then.
        fixed (byte* first = &MemoryMarshal.GetArrayDataReference(memory))
        {
            return new StoredTensor(name, dtype, shape, first, memory);
        }
    }
}
