using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Inkstone.Torch.Interop;

/// <summary>Brings values into the form in which they cross the border, and back.</summary>
internal static unsafe class Marshaller
{
    /// <summary>Eight-byte words that a value needs beside its own 16 bytes.</summary>
    internal static int PayloadWords(in Value value) => value.Kind switch
    {
        ValueKind.IntList => (value.Reference as long[])?.Length ?? 0,
        ValueKind.FloatList => ((double[])value.Reference!).Length,
        ValueKind.TensorList => ((Tensor?[])value.Reference!).Length,
        ValueKind.BoolList => Words(((bool[])value.Reference!).Length),
        ValueKind.String or ValueKind.Device => Words(Encoding.UTF8.GetMaxByteCount(((string)value.Reference!).Length)),
        _ => 0,
    };

    /// <summary>Writes the value, and its list or text into <paramref name="payload"/>, which is pinned.</summary>
    /// <param name="value">What to write.</param>
    /// <param name="listBeside">The list that <see cref="Value.IntsBeside"/> stands for.</param>
    /// <param name="listLength">Its length.</param>
    /// <param name="payload">Free pinned memory of at least <see cref="PayloadWords"/>.</param>
    internal static NativeValue ToNative(in Value value, long* listBeside, int listLength, Span<long> payload)
    {
        var native = new NativeValue { Kind = value.Kind, Integer = value.Bits };
        switch (value.Kind)
        {
            case ValueKind.Tensor:
                native.Pointer = ((Tensor)value.Reference!).Handle;
                break;
            case ValueKind.Generator:
                native.Pointer = ((Generator)value.Reference!).Handle;
                break;
            case ValueKind.IntList when value.Reference is null:
                native.Pointer = (nint)listBeside;
                native.Length = listLength;
                break;
            case ValueKind.IntList:
                Copy((long[])value.Reference, payload, ref native);
                break;
            case ValueKind.FloatList:
                Copy((double[])value.Reference!, payload, ref native);
                break;
            case ValueKind.BoolList:
                Copy((bool[])value.Reference!, payload, ref native);
                break;
            case ValueKind.TensorList:
                var tensors = (Tensor?[])value.Reference!;
                for (var i = 0; i < tensors.Length; i++)
                {
                    payload[i] = tensors[i]?.Handle ?? 0;
                }

                native.Pointer = Address(payload);
                native.Length = tensors.Length;
                break;
            case ValueKind.String or ValueKind.Device:
                native.Length = Encoding.UTF8.GetBytes((string)value.Reference!, MemoryMarshal.AsBytes(payload));
                native.Pointer = Address(payload);
                break;
            default:
                break;
        }

        return native;
    }

    /// <summary>Takes over a returned list of tensor handles.</summary>
    internal static Tensor?[] TakeTensors(in NativeValue value)
    {
        var handles = (nint*)value.Pointer;
        var tensors = new Tensor?[value.Length];
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = handles[i] != 0 ? new Tensor(handles[i]) : null;
        }

        Native.FreeList(handles);
        return tensors;
    }

    /// <summary>A view of native memory; it lives as long as its owner does.</summary>
    internal static Span<T> View<T>(nint data, long length) where T : unmanaged => new((void*)data, checked((int)length));

    /// <summary>The handles of some tensors, 0 for null.</summary>
    internal static void Handles(ReadOnlySpan<Tensor?> tensors, Span<nint> handles)
    {
        for (var i = 0; i < tensors.Length; i++)
        {
            handles[i] = tensors[i]?.Handle ?? 0;
        }
    }

    private static void Copy<T>(T[] list, Span<long> payload, ref NativeValue native) where T : unmanaged
    {
        list.CopyTo(MemoryMarshal.Cast<long, T>(payload));
        native.Pointer = Address(payload);
        native.Length = list.Length;
    }

    private static nint Address(Span<long> payload) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(payload));

    private static int Words(int bytes) => (bytes + 7) / 8;
}
