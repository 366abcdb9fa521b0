using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>One Philox block, for machines without wide registers.</summary>
internal readonly unsafe struct PhiloxLanes1(ulong value) : IPhiloxLanes<PhiloxLanes1>
{
    private readonly ulong value = value;

    public static int Count => 1;

    public static PhiloxLanes1 Create(ulong value) => new(value);

    public static PhiloxLanes1 CountFrom(ulong first) => new(first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes1 operator +(PhiloxLanes1 left, PhiloxLanes1 right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes1 operator ^(PhiloxLanes1 left, PhiloxLanes1 right) => new(left.value ^ right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes1 MultiplyWords(PhiloxLanes1 left, PhiloxLanes1 right) => new((ulong)(uint)left.value * (uint)right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PhiloxLanes1 HighWords(PhiloxLanes1 value) => new(value.value >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePairs(PhiloxLanes1 low, PhiloxLanes1 high, ulong* target) => *target = (uint)low.value | (high.value << 32);
}
