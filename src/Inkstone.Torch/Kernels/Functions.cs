using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>Exponential and error function over registers of any width, to within two units in the last place or so.</summary>
internal static class Functions
{
    private const float Smallest = -87, Largest = 88;

    /// <summary>e^x; arguments are brought between -87 and 88, NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        x = TLanes.Choose(TLanes.Create(Smallest), x, TLanes.Create(Smallest), x);
        x = TLanes.Choose(x, TLanes.Create(Largest), TLanes.Create(Largest), x);

        // x = n·ln 2 + r with |r| <= ln 2 / 2; adding and taking away 1.5·2^23 rounds to a whole number.
        var magic = TLanes.Create(12582912f);
        var n = TLanes.FusedMultiplyAdd(x, TLanes.Create(1.44269504f), magic) - magic;
        var r = TLanes.FusedMultiplyAdd(n, TLanes.Create(-0.693359375f), x);
        r = TLanes.FusedMultiplyAdd(n, TLanes.Create(2.12194440e-4f), r);

        // Cephes' polynomial for e^r (S. Moshier, expf).
        var p = TLanes.Create(1.9875691500e-4f);
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(1.3981999507e-3f));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(8.3334519073e-3f));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(4.1665795894e-2f));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(1.6666665459e-1f));
        p = TLanes.FusedMultiplyAdd(p, r, TLanes.Create(5.0000001201e-1f));
        p = TLanes.FusedMultiplyAdd(p, r * r, r) + TLanes.Create(1);
        return p * TLanes.PowerOf2(n);
    }

    /// <summary>The error function; NaN stays NaN.</summary>
    /// <remarks>Two minimax polynomials, one near 0 and one for the logarithm of the complement, by N. Juffa.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Erf<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var sign = TLanes.Choose(x, TLanes.Create(0), TLanes.Create(1), TLanes.Create(-1));
        var t = x * sign;
        var far = TLanes.Choose(t, TLanes.Create(4), TLanes.Create(4), t); // erf(4) is 1 in float32
        var s = far * far;

        var high = TLanes.FusedMultiplyAdd(TLanes.Create(-1.72853470e-5f), far, TLanes.Create(3.83197126e-4f));
        var low = TLanes.FusedMultiplyAdd(TLanes.Create(-3.88396438e-3f), far, TLanes.Create(2.42546219e-2f));
        high = TLanes.FusedMultiplyAdd(high, s, low);
        high = TLanes.FusedMultiplyAdd(high, far, TLanes.Create(-1.06777877e-1f));
        high = TLanes.FusedMultiplyAdd(high, far, TLanes.Create(-6.34846687e-1f));
        high = TLanes.FusedMultiplyAdd(high, far, TLanes.Create(-1.28717512e-1f));
        high = TLanes.FusedMultiplyAdd(high, far, TLanes.Create(-1) * far);
        var outer = (TLanes.Create(1) - Exp(high)) * sign;

        var inner = TLanes.FusedMultiplyAdd(TLanes.Create(-5.96761703e-4f), s, TLanes.Create(4.99119423e-3f));
        inner = TLanes.FusedMultiplyAdd(inner, s, TLanes.Create(-2.67681349e-2f));
        inner = TLanes.FusedMultiplyAdd(inner, s, TLanes.Create(1.12819925e-1f));
        inner = TLanes.FusedMultiplyAdd(inner, s, TLanes.Create(-3.76125336e-1f));
        inner = TLanes.FusedMultiplyAdd(inner, s, TLanes.Create(1.28379166e-1f));
        inner = TLanes.FusedMultiplyAdd(inner, x, x);
        return TLanes.Choose(t, TLanes.Create(475f / 512), outer, inner);
    }
}
