using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Inkstone.Torch.Kernels;

/// <summary>Eight float32 numbers in one 256-bit register.</summary>
internal readonly unsafe struct Lanes8(Vector256<float> value) : ILanes<Lanes8>
{
    public Vector256<float> Value { get; } = value;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 LoadBFloat16(ushort* source) => new((Widen(source) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 LoadUInt16(ushort* source) => new(Vector256.ConvertToSingle(Widen(source).AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => Value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBFloat16(ushort* target)
    {
        var bits = Value.AsUInt32();
        var rounded = bits + Vector256.Create(0x7FFFu) + ((bits >>> 16) & Vector256<uint>.One);
        var halves = Vector256.ConditionalSelect(Vector256.Equals(Value, Value).AsUInt32(), rounded, Vector256.Create(0x7FC0_0000u)) >>> 16;
        Vector128.Narrow(halves.GetLower(), halves.GetUpper()).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator +(Lanes8 left, Lanes8 right) => new(left.Value + right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 left, Lanes8 right) => new(left.Value - right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator *(Lanes8 left, Lanes8 right) => new(left.Value * right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator /(Lanes8 left, Lanes8 right) => new(left.Value / right.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 FusedMultiplyAdd(Lanes8 left, Lanes8 right, Lanes8 addend) =>
        new(Vector256.FusedMultiplyAdd(left.Value, right.Value, addend.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Sqrt(Lanes8 value) => new(Vector256.Sqrt(value.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 FlushSubnormal(Lanes8 value) =>
        new(Vector256.AndNot(value.Value, Vector256.LessThan(Vector256.Abs(value.Value), Vector256.Create(Lanes1.SmallestNormal))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 WhereAtLeast(Lanes8 value, Lanes8 threshold, Lanes8 chosen) =>
        new(Vector256.GreaterThanOrEqual(value.Value, threshold.Value) & chosen.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Choose(Lanes8 value, Lanes8 threshold, Lanes8 chosen, Lanes8 other) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(value.Value, threshold.Value), chosen.Value, other.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 PowerOf2(Lanes8 exponent) =>
        new(((Vector256.ConvertToInt32(exponent.Value) + Vector256.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector256.Sum(Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Widen(ushort* source) => Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe());
}
