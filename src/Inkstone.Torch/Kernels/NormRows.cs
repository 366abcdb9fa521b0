using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>The rows of <see cref="DropoutNorm"/>, forward.</summary>
internal readonly unsafe struct NormRows<T> : IRowwise
    where T : unmanaged
{
    public NormRows(Tensor[] inputs, Tensor moments, MaskedRow mask, float epsilon)
    {
        Product = (T*)inputs[0].DataPointer;
        Bias = (float*)inputs[1].DataPointer;
        Residual = (float*)inputs[2].DataPointer;
        Scale = (float*)inputs[3].DataPointer;
        Shift = (float*)inputs[4].DataPointer;
        Moments = (float*)moments.DataPointer;
        Width = inputs[0].Size(1);
        (Mask, Epsilon) = (mask, epsilon);
    }

    public T* Product { get; }

    public float* Bias { get; }

    public float* Residual { get; }

    public float* Scale { get; }

    public float* Shift { get; }

    /// <summary>Mean and reciprocal deviation of each row.</summary>
    public float* Moments { get; }

    public long Width { get; }

    public MaskedRow Mask { get; }

    public float Epsilon { get; }

    public float* Output { get; init; }

    public T* ForProduct { get; init; }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Invoke<TLanes>(long start, long end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var sum = stackalloc float[(int)Width];
        var draws = stackalloc ushort[Mask.Draws];
        for (var row = start; row < end; row++)
        {
            var mean = Add<TLanes>(row, sum, draws) / Width;
            var deviation = 1 / MathF.Sqrt((SquaresAround<TLanes>(mean, sum) / Width) + Epsilon);
            (Moments[2 * row], Moments[(2 * row) + 1]) = (mean, deviation);
            long i = 0;
            for (; i + TLanes.Count <= Width; i += TLanes.Count)
            {
                Normalize<TLanes>(i, row, mean, deviation, sum);
            }

            for (; i < Width; i++)
            {
                Normalize<Lanes1>(i, row, mean, deviation, sum);
            }
        }
    }

    /// <summary>Writes <c>residual + dropout(product + bias)</c> of one row, and its draws; returns the row's total.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Add<TLanes>(long row, float* sum, ushort* draws)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (Mask.IsOn)
        {
            Mask.Draw(row, draws);
        }

        var total = TLanes.Create(0);
        long i = 0;
        for (; i + TLanes.Count <= Width; i += TLanes.Count)
        {
            total += Add<TLanes>(i, row, sum, draws);
        }

        var rest = total.Sum();
        for (; i < Width; i++)
        {
            rest += Add<Lanes1>(i, row, sum, draws).Sum();
        }

        return rest;
    }

    /// <summary>The mask's factors at <paramref name="i"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Factor<TLanes>(long i, ushort* draws)
        where TLanes : unmanaged, ILanes<TLanes> =>
        Mask.IsOn ? TLanes.WhereAtLeast(TLanes.LoadUInt16(draws + i), TLanes.Create(Mask.Threshold), TLanes.Create(Mask.Scale)) : TLanes.Create(1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes Add<TLanes>(long i, long row, float* sum, ushort* draws)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var at = (row * Width) + i;
        var value = Simd.Load<TLanes, T>(Product + at) + TLanes.Load(Bias + i);
        value = TLanes.FusedMultiplyAdd(value, Factor<TLanes>(i, draws), TLanes.Load(Residual + at));
        value.Store(sum + i);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float SquaresAround<TLanes>(float mean, float* sum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var total = TLanes.Create(0);
        long i = 0;
        for (; i + TLanes.Count <= Width; i += TLanes.Count)
        {
            var distance = TLanes.Load(sum + i) - TLanes.Create(mean);
            total = TLanes.FusedMultiplyAdd(distance, distance, total);
        }

        var rest = total.Sum();
        for (; i < Width; i++)
        {
            rest += (sum[i] - mean) * (sum[i] - mean);
        }

        return rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Normalize<TLanes>(long i, long row, float mean, float deviation, float* sum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var value = (TLanes.Load(sum + i) - TLanes.Create(mean)) * TLanes.Create(deviation);
        value = TLanes.FusedMultiplyAdd(value, TLanes.Load(Scale + i), TLanes.Load(Shift + i));
        value.Store(Output + (row * Width) + i);
        if (typeof(T) != typeof(float))
        {
            Simd.Store(value, ForProduct + (row * Width) + i);
        }
    }
}
