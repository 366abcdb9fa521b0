using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>One float32 number: for what is left over at the end of a buffer, and for machines without wide registers.</summary>
internal readonly unsafe struct Lanes1(float value) : ILanes<Lanes1>
{
    internal const float SmallestNormal = 1.17549435e-38f;

    private readonly float value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Create(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Load(float* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 LoadBFloat16(ushort* source) => new(BitConverter.UInt32BitsToSingle((uint)*source << 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 LoadUInt16(ushort* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => *target = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBFloat16(ushort* target) => *target = RoundToBFloat16(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator +(Lanes1 left, Lanes1 right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator -(Lanes1 left, Lanes1 right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator *(Lanes1 left, Lanes1 right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator /(Lanes1 left, Lanes1 right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 FusedMultiplyAdd(Lanes1 left, Lanes1 right, Lanes1 addend) =>
        new(MathF.FusedMultiplyAdd(left.value, right.value, addend.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Sqrt(Lanes1 value) => new(MathF.Sqrt(value.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 FlushSubnormal(Lanes1 value) => new(MathF.Abs(value.value) < SmallestNormal ? 0 : value.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 WhereAtLeast(Lanes1 value, Lanes1 threshold, Lanes1 chosen) =>
        new(value.value >= threshold.value ? chosen.value : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Choose(Lanes1 value, Lanes1 threshold, Lanes1 chosen, Lanes1 other) =>
        new(value.value >= threshold.value ? chosen.value : other.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 PowerOf2(Lanes1 exponent) => new(BitConverter.Int32BitsToSingle(((int)exponent.value + 127) << 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => value;

    internal static ushort RoundToBFloat16(float value)
    {
        if (float.IsNaN(value))
        {
            return 0x7FC0;
        }

        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
