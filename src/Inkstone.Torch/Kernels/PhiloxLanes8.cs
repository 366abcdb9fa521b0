using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Inkstone.Torch.Kernels;

/// <summary>Eight Philox blocks in 512-bit registers.</summary>
internal readonly unsafe struct PhiloxLanes8(Vector512<ulong> value) : IPhiloxLanes<PhiloxLanes8>
{
    private Vector512<ulong> Value { get; } = value;

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes8 Create(ulong value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes8 CountFrom(ulong first) => new(Vector512.Create(first) + Vector512<ulong>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes8 operator +(PhiloxLanes8 left, PhiloxLanes8 right) => new(left.Value + right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes8 operator ^(PhiloxLanes8 left, PhiloxLanes8 right) => new(left.Value ^ right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes8 MultiplyWords(PhiloxLanes8 left, PhiloxLanes8 right) =>
        new(Avx512F.Multiply(left.Value.AsUInt32(), right.Value.AsUInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes8 HighWords(PhiloxLanes8 value) => new(value.Value >>> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePairs(PhiloxLanes8 low, PhiloxLanes8 high, ulong* target) =>
        ((low.Value & Vector512.Create((ulong)uint.MaxValue)) | (high.Value << 32)).Store(target);
}
