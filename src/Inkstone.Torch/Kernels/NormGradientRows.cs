using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>The rows of <see cref="DropoutNorm"/>, backward.</summary>
internal readonly unsafe struct NormGradientRows<T>(NormRows<T> forward) : IRowwise
    where T : unmanaged
{
    public NormRows<T> Forward { get; } = forward;

    public float* GradOutput { get; init; }

    public T* GradForProduct { get; init; }

    public T* GradProduct { get; init; }

    public float* GradResidual { get; init; }

    /// <summary>This piece's sums over its rows: gradients of bias, scale and shift, one behind the other.</summary>
    public float* Sums { get; init; }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Invoke<TLanes>(long start, long end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var width = Forward.Width;
        var sum = stackalloc float[(int)width];
        var gradient = stackalloc float[(int)width];
        var draws = stackalloc ushort[Forward.Mask.Draws];
        for (var row = start; row < end; row++)
        {
            Forward.Add<TLanes>(row, sum, draws);
            var (mean, deviation) = (Forward.Moments[2 * row], Forward.Moments[(2 * row) + 1]);
            var (total, product) = (TLanes.Create(0), TLanes.Create(0));
            long i = 0;
            for (; i + TLanes.Count <= width; i += TLanes.Count)
            {
                var (g, gx) = Scaled<TLanes>(i, row, mean, deviation, sum, gradient);
                total += g;
                product += gx;
            }

            var (totals, products) = (total.Sum(), product.Sum());
            for (; i < width; i++)
            {
                var (g, gx) = Scaled<Lanes1>(i, row, mean, deviation, sum, gradient);
                totals += g.Sum();
                products += gx.Sum();
            }

            var (meanGradient, meanProduct) = (totals / width, products / width);
            for (i = 0; i + TLanes.Count <= width; i += TLanes.Count)
            {
                Finish<TLanes>(i, row, deviation, meanGradient, meanProduct, sum, gradient, draws);
            }

            for (; i < width; i++)
            {
                Finish<Lanes1>(i, row, deviation, meanGradient, meanProduct, sum, gradient, draws);
            }
        }
    }

    /// <summary>Turns the sum into the normalized value, and the outputs' gradient into that of the normalized value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (TLanes Gradient, TLanes TimesValue) Scaled<TLanes>(long i, long row, float mean, float deviation, float* sum, float* gradient)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var at = (row * Forward.Width) + i;
        var value = (TLanes.Load(sum + i) - TLanes.Create(mean)) * TLanes.Create(deviation);
        var g = TLanes.Load(GradOutput + at) + Simd.Load<TLanes, T>(GradForProduct + at);
        var scales = Sums + Forward.Width + i;
        var shifts = scales + Forward.Width;
        TLanes.FusedMultiplyAdd(g, value, TLanes.Load(scales)).Store(scales);
        (TLanes.Load(shifts) + g).Store(shifts);
        g *= TLanes.Load(Forward.Scale + i);
        value.Store(sum + i);
        g.Store(gradient + i);
        return (g, g * value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Finish<TLanes>(long i, long row, float deviation, float meanGradient, float meanProduct, float* sum, float* gradient, ushort* draws)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var at = (row * Forward.Width) + i;
        var g = TLanes.Load(gradient + i) - TLanes.Create(meanGradient);
        g = TLanes.FusedMultiplyAdd(TLanes.Load(sum + i), TLanes.Create(-meanProduct), g) * TLanes.Create(deviation);
        g.Store(GradResidual + at);
        g *= Forward.Factor<TLanes>(i, draws);
        Simd.Store(g, GradProduct + at);
        (TLanes.Load(Sums + i) + g).Store(Sums + i);
    }
}
