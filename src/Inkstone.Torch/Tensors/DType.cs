namespace Inkstone.Torch;

/// <summary>The type of a tensor's elements. The numbers are libtorch's <c>ScalarType</c>.</summary>
public enum DType : sbyte
{
    /// <summary>Unsigned bytes.</summary>
    UInt8 = 0,

    /// <summary>Signed bytes.</summary>
    Int8 = 1,

    /// <summary>16-bit integers.</summary>
    Int16 = 2,

    /// <summary>32-bit integers.</summary>
    Int32 = 3,

    /// <summary>64-bit integers: ids and indices.</summary>
    Int64 = 4,

    /// <summary>IEEE half precision.</summary>
    Float16 = 5,

    /// <summary>Single precision, the default.</summary>
    Float32 = 6,

    /// <summary>Double precision.</summary>
    Float64 = 7,

    /// <summary>One byte, 0 or 1: masks.</summary>
    Bool = 11,

    /// <summary>The upper half of a single: its range with 8 bits of precision.</summary>
    BFloat16 = 15,
}

/// <summary>Facts about element types.</summary>
public static class DTypes
{
    /// <summary>Bytes of one element.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A type that this library does not know.</exception>
    public static int Size(this DType dtype) => dtype switch
    {
        DType.UInt8 or DType.Int8 or DType.Bool => 1,
        DType.Int16 or DType.Float16 or DType.BFloat16 => 2,
        DType.Int32 or DType.Float32 => 4,
        DType.Int64 or DType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "An element type of unknown size."),
    };

    /// <summary>Whether gradients can flow through it.</summary>
    public static bool IsFloatingPoint(this DType dtype) => dtype is DType.Float16 or DType.Float32 or DType.Float64 or DType.BFloat16;

    /// <summary>torch's name: <c>float32</c>, <c>int64</c>.</summary>
    public static string Name(this DType dtype) => dtype switch
    {
        DType.UInt8 => "uint8",
        DType.Int8 => "int8",
        DType.Int16 => "int16",
        DType.Int32 => "int32",
        DType.Int64 => "int64",
        DType.Float16 => "float16",
        DType.Float32 => "float32",
        DType.Float64 => "float64",
        DType.Bool => "bool",
        DType.BFloat16 => "bfloat16",
        _ => $"dtype {(int)dtype}",
    };

    /// <summary>The element type that a C# type carries; <see cref="ushort"/> carries bfloat16's bits.</summary>
    /// <exception cref="NotSupportedException">No element type corresponds.</exception>
    public static DType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? DType.Float32
        : typeof(T) == typeof(double) ? DType.Float64
        : typeof(T) == typeof(long) ? DType.Int64
        : typeof(T) == typeof(int) ? DType.Int32
        : typeof(T) == typeof(short) ? DType.Int16
        : typeof(T) == typeof(sbyte) ? DType.Int8
        : typeof(T) == typeof(byte) ? DType.UInt8
        : typeof(T) == typeof(bool) ? DType.Bool
        : typeof(T) == typeof(Half) ? DType.Float16
        : typeof(T) == typeof(ushort) ? DType.BFloat16
        : throw new NotSupportedException($"No tensor holds elements of type {typeof(T).Name}.");
}
