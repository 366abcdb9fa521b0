namespace Inkstone.Torch.Serialization;

/// <summary>How the file formats name and size the element types.</summary>
internal static class StoredDType
{
    /// <summary>The names safetensors uses, for messages.</summary>
    public const string SafetensorsNames = "F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL";

    /// <summary>Bytes an element takes in a file, which is also its alignment.</summary>
    public static int ElementSize(DType dtype) => dtype switch
    {
        DType.Float64 or DType.Int64 => 8,
        DType.Float32 or DType.Int32 => 4,
        DType.Float16 or DType.BFloat16 or DType.Int16 => 2,
        DType.Int8 or DType.UInt8 or DType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "No weight file stores this element type."),
    };

    public static string SafetensorsName(DType dtype) => dtype switch
    {
        DType.Float64 => "F64",
        DType.Float32 => "F32",
        DType.Float16 => "F16",
        DType.BFloat16 => "BF16",
        DType.Int64 => "I64",
        DType.Int32 => "I32",
        DType.Int16 => "I16",
        DType.Int8 => "I8",
        DType.UInt8 => "U8",
        DType.Bool => "BOOL",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "safetensors has no name for this element type."),
    };

    public static DType? FromSafetensorsName(string name) => name switch
    {
        "F64" => DType.Float64,
        "F32" => DType.Float32,
        "F16" => DType.Float16,
        "BF16" => DType.BFloat16,
        "I64" => DType.Int64,
        "I32" => DType.Int32,
        "I16" => DType.Int16,
        "I8" => DType.Int8,
        "U8" => DType.UInt8,
        "BOOL" => DType.Bool,
        _ => null,
    };

    /// <summary>The element type of one of torch's storage classes, <c>torch.FloatStorage</c> and its like.</summary>
    public static DType? FromTorchStorage(string className) => className switch
    {
        "DoubleStorage" => DType.Float64,
        "FloatStorage" => DType.Float32,
        "HalfStorage" => DType.Float16,
        "BFloat16Storage" => DType.BFloat16,
        "LongStorage" => DType.Int64,
        "IntStorage" => DType.Int32,
        "ShortStorage" => DType.Int16,
        "CharStorage" => DType.Int8,
        "ByteStorage" => DType.UInt8,
        "BoolStorage" => DType.Bool,
        _ => null,
    };

    /// <summary>Bytes that a shape takes, or null where the product does not fit 63 bits.</summary>
    public static long? ByteLength(ReadOnlySpan<long> shape, DType dtype)
    {
        // The size of one element first, and no short cut at a zero: [2^40, 2^40, 0] is a lie, as in the reference.
        long bytes = ElementSize(dtype);
        foreach (var size in shape)
        {
            if (size < 0 || Math.BigMul(bytes, size, out var product) != 0 || product < 0)
            {
                return null;
            }

            bytes = product;
        }

        return bytes;
    }
}
