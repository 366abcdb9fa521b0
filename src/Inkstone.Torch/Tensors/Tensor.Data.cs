using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

public sealed partial class Tensor
{
    /// <summary>The first element's address, on the tensor's device. It is good as long as the tensor lives.</summary>
    public nint DataPointer
    {
        get
        {
            TorchException.ThrowIf(Native.Data(Handle, out var data), nameof(DataPointer), this);
            return data;
        }
    }

    /// <summary>The only element.</summary>
    /// <typeparam name="T">The tensor's own element type (<see cref="DTypes.Of{T}"/>).</typeparam>
    /// <exception cref="InvalidOperationException">Another element type, or not one element.</exception>
    public T Item<T>() where T : unmanaged
    {
        ThrowIfNot<T>();
        ThrowIfNotOne();
        using var host = Device == Device.Cpu ? null : ToHost();
        return Marshaller.View<T>((host ?? this).DataPointer, 1)[0];
    }

    /// <summary>The only element, whatever the dtype.</summary>
    /// <exception cref="InvalidOperationException">Not one element.</exception>
    public double ToDouble()
    {
        ThrowIfNotOne();
        var number = Aten.Item.CallNumber(this);
        return number.Kind == ValueKind.Float ? number.Real : number.Integer;
    }

    /// <summary>A copy of all elements in row-major order, from any device.</summary>
    /// <typeparam name="T">The tensor's own element type (<see cref="DTypes.Of{T}"/>).</typeparam>
    /// <exception cref="InvalidOperationException">Another element type.</exception>
    public T[] ToArray<T>() where T : unmanaged
    {
        ThrowIfNot<T>();
        using var host = ToHost();
        return host.AsSpan<T>().ToArray();
    }

    /// <summary>A copy of all elements as floats, from any dtype and device.</summary>
    public float[] ToFloats()
    {
        using var floats = To(DType.Float32);
        return floats.ToArray<float>();
    }

    /// <summary>The tensor's own memory. It must not be used once the tensor is disposed, and nothing keeps the tensor alive for it.</summary>
    /// <typeparam name="T">The tensor's own element type (<see cref="DTypes.Of{T}"/>).</typeparam>
    /// <exception cref="InvalidOperationException">Another element type, another device, or gaps in the layout.</exception>
    public Span<T> AsSpan<T>() where T : unmanaged
    {
        ThrowIfNot<T>();
        ThrowIfNotPlainMemory();
        return Marshaller.View<T>(DataPointer, NumElements);
    }

    /// <summary>The tensor's own memory as bytes, whatever the dtype; as <see cref="AsSpan"/> otherwise. At most 2 GiB.</summary>
    /// <exception cref="InvalidOperationException">Another device, or gaps in the layout.</exception>
    public Span<byte> AsBytes()
    {
        ThrowIfNotPlainMemory();
        return Marshaller.View<byte>(DataPointer, NumElements * DType.Size());
    }

    // A handle of one's own, on the CPU and without gaps; it shares memory where that is so already.
    private Tensor ToHost()
    {
        using var cpu = To(Device.Cpu);
        return cpu.Contiguous();
    }

    private void ThrowIfNot<T>() where T : unmanaged
    {
        if (DTypes.Of<T>() != DType)
        {
            throw new InvalidOperationException($"{this} cannot be read as {DTypes.Of<T>().Name()} ({typeof(T).Name}); convert it with To({nameof(DType)}) first.");
        }
    }

    private void ThrowIfNotOne()
    {
        if (NumElements != 1)
        {
            throw new InvalidOperationException($"{this} holds {NumElements} elements; only one can be read as a number.");
        }
    }

    private void ThrowIfNotPlainMemory()
    {
        if (Device != Device.Cpu || !IsContiguous)
        {
            throw new InvalidOperationException($"{this} has no plain memory: it must lie on the cpu and be contiguous; use To(Device.Cpu).Contiguous().");
        }
    }
}
