using System.Runtime.InteropServices;

namespace Inkstone.Torch.Interop;

/// <summary>The kinds of <c>Kind</c> in <c>native/inkstone_torch.cpp</c>.</summary>
internal enum ValueKind
{
    Default = -1,
    None = 0,
    Tensor = 1,
    TensorList = 2,
    Int = 3,
    Float = 4,
    Bool = 5,
    IntList = 6,
    FloatList = 7,
    BoolList = 8,
    DType = 9,
    Device = 10,
    String = 11,
    Generator = 12,
}

/// <summary>The 16 bytes in which an argument or result crosses the border.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct NativeValue
{
    [FieldOffset(0)] internal ValueKind Kind;
    [FieldOffset(4)] internal int Length;
    [FieldOffset(8)] internal long Integer;
    [FieldOffset(8)] internal double Real;
    [FieldOffset(8)] internal nint Pointer;
}
