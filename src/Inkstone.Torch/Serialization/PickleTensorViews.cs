using System.Runtime.InteropServices;

namespace Inkstone.Torch.Serialization;

/// <summary>Turns a pickle's tensors into memory: checks every claim, shows contiguous ones in place, copies the others.</summary>
internal sealed unsafe class PickleTensorViews(MappedFile file, ZipDirectory archive, string prefix)
{
    // Copies are rare (a transposed weight) and never need more than the file has: else a few shared bytes could be many tensors.
    private long copyBudget = file.Length;

    /// <exception cref="InvalidWeightsException">The tensor does not fit its storage, or the storage its archive entry.</exception>
    public StoredTensor Open(string name, PickleTensor tensor)
    {
        var storage = StorageAddress(name, tensor.Storage);
        var (dtype, shape, strides) = (tensor.Storage.DType, tensor.Shape, tensor.Strides);
        var size = StoredDType.ElementSize(dtype);
        if (strides.Length != shape.Length || tensor.Offset < 0 || StoredDType.ByteLength(shape, dtype) is not { } bytes)
        {
            throw Fault(name, $"has shape [{Text(shape)}], strides [{Text(strides)}] and offset {tensor.Offset}",
                "a stride for each size, and a countable place");
        }

        if (bytes == 0)
        {
            return new StoredTensor(name, dtype, shape, storage, file);
        }

        if (Last(tensor) >= tensor.Storage.ElementCount || bytes / size > tensor.Storage.ElementCount)
        {
            throw Fault(name, $"of shape [{Text(shape)}], strides [{Text(strides)}] and offset {tensor.Offset} does not fit its storage",
                $"{tensor.Storage.ElementCount} elements at most, as many as the storage has");
        }

        var first = storage + (tensor.Offset * size);
        return IsContiguous(shape, strides)
            ? new StoredTensor(name, dtype, shape, first, file)
            : StoredTensor.OverPinned(name, dtype, shape, Gather(name, first, tensor, bytes));
    }

    private byte* StorageAddress(string name, PickleStorage storage)
    {
        if (!archive.Entries.TryGetValue($"{prefix}data/{storage.Key}", out var entry))
        {
            throw Fault(name, $"lies in storage {InvalidWeightsException.Quote(storage.Key)}, which the archive lacks", "a whole file");
        }

        var bytes = StoredDType.ByteLength([storage.ElementCount], storage.DType);
        return bytes <= entry.Length
            ? file.At(entry.Offset)
            : throw Fault(name, $"lies in a storage of {entry.Length} bytes that claims {storage.ElementCount} elements of {storage.DType}",
                "both to agree");
    }

    /// <summary>Index of the last element in the storage. 128 bits: 64 products of two 63-bit numbers would not fit, so it saturates.</summary>
    private static Int128 Last(PickleTensor tensor)
    {
        Int128 last = tensor.Offset;
        for (var i = 0; i < tensor.Shape.Length && last <= long.MaxValue; i++)
        {
            last += (Int128)(tensor.Shape[i] - 1) * tensor.Strides[i];
        }

        return last;
    }

    private static bool IsContiguous(long[] shape, long[] strides)
    {
        long expected = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            if (shape[i] != 1 && strides[i] != expected)
            {
                return false;
            }

            expected *= shape[i];
        }

        return true;
    }

    private byte[] Gather(string name, byte* first, PickleTensor tensor, long bytes)
    {
        copyBudget -= bytes;
        if (copyBudget < 0 || bytes > Array.MaxLength)
        {
            throw Fault(name, "and others before it are not contiguous and would need more memory than the file", "contiguous tensors");
        }

        var memory = StoredTensor.AllocatePinned((int)bytes);
        switch (StoredDType.ElementSize(tensor.Storage.DType))
        {
            case 1: Gather((byte*)first, tensor, memory); break;
            case 2: Gather((ushort*)first, tensor, MemoryMarshal.Cast<byte, ushort>(memory.AsSpan())); break;
            case 4: Gather((uint*)first, tensor, MemoryMarshal.Cast<byte, uint>(memory.AsSpan())); break;
            default: Gather((ulong*)first, tensor, MemoryMarshal.Cast<byte, ulong>(memory.AsSpan())); break;
        }

        return memory;
    }

    /// <summary>Walks the tensor like an odometer, last dimension fastest.</summary>
    private static void Gather<T>(T* first, PickleTensor tensor, Span<T> destination)
        where T : unmanaged
    {
        var (shape, strides) = (tensor.Shape, tensor.Strides);
        var index = new long[shape.Length];
        long at = 0;
        foreach (ref var element in destination)
        {
            element = first[at];
            for (var d = shape.Length - 1; d >= 0; d--)
            {
                at += strides[d];
                if (++index[d] < shape[d])
                {
                    break;
                }

                at -= strides[d] * shape[d];
                index[d] = 0;
            }
        }
    }

    private static string Text(long[] numbers) => string.Join(", ", numbers);

    private InvalidWeightsException Fault(string name, string problem, string expected) => new(file.Path, name, problem, expected);
}
