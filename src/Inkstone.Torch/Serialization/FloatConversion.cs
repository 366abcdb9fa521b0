using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Inkstone.Torch.Serialization;

/// <summary>
/// Conversion between single precision and the two half-width formats, vectorised. Narrowing rounds to the nearest, ties to
/// even, as torch and the hardware do; what is too large becomes infinite, a NaN stays a NaN.
/// </summary>
public static class FloatConversion
{
    private const uint SingleInfinity = 0x7F80_0000;

    /// <summary>Widens half precision, exactly.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void HalfToSingle(ReadOnlySpan<Half> source, Span<float> destination)
    {
        CheckLengths(source.Length, destination.Length);
        var from = MemoryMarshal.Cast<Half, ushort>(source);
        var to = MemoryMarshal.Cast<float, uint>(destination);
        var i = 0;
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(from[i..]), out var low, out var high);
            HalfBitsToSingle(low).CopyTo(to[i..]);
            HalfBitsToSingle(high).CopyTo(to[(i + Vector<uint>.Count)..]);
        }

        for (; i < from.Length; i++)
        {
            destination[i] = (float)source[i];
        }
    }

    /// <summary>Rounds to half precision.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void SingleToHalf(ReadOnlySpan<float> source, Span<Half> destination)
    {
        CheckLengths(source.Length, destination.Length);
        var from = MemoryMarshal.Cast<float, uint>(source);
        var to = MemoryMarshal.Cast<Half, ushort>(destination);
        var i = 0;
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var low = SingleBitsToHalf(new Vector<uint>(from[i..]));
            var high = SingleBitsToHalf(new Vector<uint>(from[(i + Vector<uint>.Count)..]));
            Vector.Narrow(low, high).CopyTo(to[i..]);
        }

        for (; i < from.Length; i++)
        {
            destination[i] = (Half)source[i];
        }
    }

    /// <summary>Widens bfloat16, exactly.</summary>
    /// <param name="source">The bits, the upper half of a single each.</param>
    /// <param name="destination">As many singles.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void BFloat16ToSingle(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        CheckLengths(source.Length, destination.Length);
        var to = MemoryMarshal.Cast<float, uint>(destination);
        var i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out var low, out var high);
            (low << 16).CopyTo(to[i..]);
            (high << 16).CopyTo(to[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            to[i] = (uint)source[i] << 16;
        }
    }

    /// <summary>Rounds to bfloat16.</summary>
    /// <param name="source">The singles.</param>
    /// <param name="destination">As many places for bits.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void SingleToBFloat16(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        CheckLengths(source.Length, destination.Length);
        var from = MemoryMarshal.Cast<float, uint>(source);
        var i = 0;
        for (; i <= from.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var low = SingleBitsToBFloat16(new Vector<uint>(from[i..]));
            var high = SingleBitsToBFloat16(new Vector<uint>(from[(i + Vector<uint>.Count)..]));
            Vector.Narrow(low, high).CopyTo(destination[i..]);
        }

        for (; i < from.Length; i++)
        {
            destination[i] = (ushort)SingleBitsToBFloat16(new Vector<uint>(from[i]))[0];
        }
    }

    /// <summary>Rounds double precision to single, to the nearest, ties to even.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void DoubleToSingle(ReadOnlySpan<double> source, Span<float> destination)
    {
        CheckLengths(source.Length, destination.Length);
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = (float)source[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> HalfBitsToSingle(Vector<uint> half)
    {
        var sign = (half & new Vector<uint>(0x8000)) << 16;
        var magnitude = half & new Vector<uint>(0x7FFF);

        // Exponents are biased by 15 there and by 127 here; the one of infinity and NaN needs the difference twice.
        var rebias = new Vector<uint>((127 - 15) << 23);
        var normal = (magnitude << 13) + rebias;
        var special = Vector.GreaterThanOrEqual(magnitude, new Vector<uint>(0x7C00));
        normal += rebias & special;

        // A subnormal counts steps of 2^-24, which single precision holds exactly.
        var subnormal = Vector.AsVectorUInt32(
            Vector.ConvertToSingle(Vector.AsVectorInt32(magnitude)) * new Vector<float>(1f / (1 << 24)));
        var isSubnormal = Vector.LessThan(magnitude, new Vector<uint>(0x0400));
        return sign | Vector.ConditionalSelect(isSubnormal, subnormal, normal);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> SingleBitsToHalf(Vector<uint> single)
    {
        var sign = (single >> 16) & new Vector<uint>(0x8000);
        var magnitude = single & new Vector<uint>(0x7FFF_FFFF);

        // Rebias, then add just under half a step (half a step where the kept part is odd): the carry does the rounding,
        // up into infinity too.
        var odd = (magnitude >> 13) & Vector<uint>.One;
        var normal = (magnitude + new Vector<uint>(unchecked((uint)(0xFFF - ((127 - 15) << 23)))) + odd) >> 13;

        // Below 2^-14 a step is 2^-24. Adding 0.5, whose own last bit is worth that, lets the adder round.
        var half = new Vector<float>(0.5f);
        var subnormal = Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) + half) - Vector.AsVectorUInt32(half);

        var result = Vector.ConditionalSelect(
            Vector.LessThan(magnitude, new Vector<uint>((127 - 14) << 23)), subnormal, normal);
        result = Vector.ConditionalSelect(
            Vector.GreaterThanOrEqual(magnitude, new Vector<uint>((127 + 16) << 23)), new Vector<uint>(0x7C00), result);
        result = Vector.ConditionalSelect(
            Vector.GreaterThan(magnitude, new Vector<uint>(SingleInfinity)), new Vector<uint>(0x7E00), result);
        return sign | result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> SingleBitsToBFloat16(Vector<uint> single)
    {
        var kept = single >> 16;
        var rounded = (single + new Vector<uint>(0x7FFF) + (kept & Vector<uint>.One)) >> 16;

        // Rounding could carry a NaN into infinity, and cutting could leave one without a fraction: set its quiet bit.
        var isNaN = Vector.GreaterThan(single & new Vector<uint>(0x7FFF_FFFF), new Vector<uint>(SingleInfinity));
        return Vector.ConditionalSelect(isNaN, kept | new Vector<uint>(0x40), rounded);
    }

    private static void CheckLengths(int source, int destination)
    {
        if (source != destination)
        {
            throw new ArgumentException($"{source} numbers do not fill {destination} places.");
        }
    }
}
