using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Inkstone.Torch.Kernels;

/// <summary>Four Philox blocks in 256-bit registers.</summary>
internal readonly unsafe struct PhiloxLanes4(Vector256<ulong> value) : IPhiloxLanes<PhiloxLanes4>
{
    private Vector256<ulong> Value { get; } = value;

    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes4 Create(ulong value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes4 CountFrom(ulong first) => new(Vector256.Create(first) + Vector256<ulong>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes4 operator +(PhiloxLanes4 left, PhiloxLanes4 right) => new(left.Value + right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes4 operator ^(PhiloxLanes4 left, PhiloxLanes4 right) => new(left.Value ^ right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes4 MultiplyWords(PhiloxLanes4 left, PhiloxLanes4 right) =>
        new(Avx2.Multiply(left.Value.AsUInt32(), right.Value.AsUInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes4 HighWords(PhiloxLanes4 value) => new(value.Value >>> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePairs(PhiloxLanes4 low, PhiloxLanes4 high, ulong* target) =>
        ((low.Value & Vector256.Create((ulong)uint.MaxValue)) | (high.Value << 32)).Store(target);
}
