using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Inkstone.Torch.Kernels;

/// <summary>
/// Sums of squares in double precision: exact squares, sixteen running sums whatever the register width, folded in a
/// fixed order. Two machines, or one and sixteen threads, agree to the last bit; nothing overflows.
/// </summary>
internal static unsafe class SumOfSquares
{
    private const int Sums = 16;

    /// <summary>Sum over a range of float32 (<see cref="float"/>) or bfloat16 (<see cref="ushort"/>) numbers, on this thread.</summary>
    /// <param name="values">First number.</param>
    /// <param name="length">How many.</param>
    /// <param name="maxWidth">Registers of at most so many float32 numbers; for tests, the result does not depend on it.</param>
    public static double Of<T>(T* values, long length, int maxWidth = Simd.WidestLanes)
        where T : unmanaged
    {
        var sums = stackalloc double[Sums];
        long i = 0;
        if (Vector512.IsHardwareAccelerated && maxWidth >= Lanes16.Count)
        {
            i = Run512(values, length, sums);
        }
        else if (Vector256.IsHardwareAccelerated && maxWidth >= Lanes8.Count)
        {
            i = Run256(values, length, sums);
        }

        var block = stackalloc float[1];
        for (; i < length; i++)
        {
            Simd.Load<Lanes1, T>(values + i).Store(block);
            sums[i % Sums] += (double)*block * *block;
        }

        double total = 0;
        for (var k = 0; k < Sums; k++)
        {
            total += sums[k];
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Run512<T>(T* values, long length, double* sums)
        where T : unmanaged
    {
        var (a, b) = (Vector512<double>.Zero, Vector512<double>.Zero);
        long i = 0;
        for (; i + Sums <= length; i += Sums)
        {
            var (low, high) = Vector512.Widen(Simd.Load<Lanes16, T>(values + i).Value);
            a += low * low;
            b += high * high;
        }

        a.Store(sums);
        b.Store(sums + 8);
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Run256<T>(T* values, long length, double* sums)
        where T : unmanaged
    {
        var (a, b) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var (c, d) = (Vector256<double>.Zero, Vector256<double>.Zero);
        long i = 0;
        for (; i + Sums <= length; i += Sums)
        {
            var (low, high) = Vector256.Widen(Simd.Load<Lanes8, T>(values + i).Value);
            a += low * low;
            b += high * high;
            (low, high) = Vector256.Widen(Simd.Load<Lanes8, T>(values + i + Lanes8.Count).Value);
            c += low * low;
            d += high * high;
        }

        a.Store(sums);
        b.Store(sums + 4);
        c.Store(sums + 8);
        d.Store(sums + 12);
        return i;
    }
}
