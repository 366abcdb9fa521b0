using System.Buffers.Binary;

namespace Inkstone.Torch.Serialization;

/// <summary>Opens safetensors files.</summary>
/// <remarks>Format: github.com/huggingface/safetensors, README.</remarks>
public static class SafetensorsReader
{
    /// <summary>The longest header that is read, in bytes; the reference implementation has the same limit.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    private const int LengthBytes = sizeof(ulong);

    /// <summary>Maps a file and reads its header; tensors are read when touched.</summary>
    /// <param name="path">A <c>.safetensors</c> file of F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL.</param>
    /// <returns>The tensors, in the order of their bytes. Yours to dispose.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidWeightsException">
    /// The file is truncated, or its header lies or is no JSON. Nothing but the header's own contents is allocated before that
    /// is known.
    /// </exception>
    public static unsafe WeightFile Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            WrongKindOfFile.Refuse(file);
            var headerLength = HeaderLength(file);
            var data = LengthBytes + headerLength;
            var header = SafetensorsHeader.Parse(path, file.Slice(LengthBytes, headerLength), file.Length - data);
            var tensors = header.Entries
                .Select(entry => new StoredTensor(entry.Name, entry.DType, entry.Shape, file.At(data + entry.Begin), file))
                .ToList();
            return new WeightFile(path, tensors, header.Metadata, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static int HeaderLength(MappedFile file)
    {
        if (file.Length < LengthBytes)
        {
            throw new InvalidWeightsException(file.Path, null, $"ends after {file.Length} bytes", "8 bytes with the header's length");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, LengthBytes));
        if (length > MaxHeaderBytes)
        {
            throw new InvalidWeightsException(file.Path, null, $"claims a header of {length} bytes", $"at most {MaxHeaderBytes}");
        }

        if ((long)length > file.Length - LengthBytes)
        {
            throw new InvalidWeightsException(
                file.Path, null, $"claims a header of {length} bytes but has {file.Length}", "a whole file (is the download complete?)");
        }

        return (int)length;
    }
}
