using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Inkstone.Torch.Kernels;

/// <summary>What happens to the elements <c>[i, i + TLanes.Count)</c> of some buffers.</summary>
internal interface IElementwise
{
    void Invoke<TLanes>(long i)
        where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>What happens to whole rows <c>[start, end)</c> of some matrices, whose sums need more than one element at a time.</summary>
internal interface IRowwise
{
    void Invoke<TLanes>(long start, long end)
        where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>Runs a kernel over a range with the widest registers there are.</summary>
internal static unsafe class Simd
{
    /// <summary>Numbers in the widest register that any machine has.</summary>
    public const int WidestLanes = 16;

    /// <summary>Numbers in the widest register that this machine is quick with: 16 (AVX-512), 8 (AVX2) or 1.</summary>
    public static int NativeWidth { get; } =
        Vector512.IsHardwareAccelerated ? Lanes16.Count : Vector256.IsHardwareAccelerated ? Lanes8.Count : Lanes1.Count;

    /// <summary>
    /// Runs <paramref name="body"/> once over each element of <c>[start, end)</c>, on this thread, in registers of at
    /// most <paramref name="maxWidth"/> numbers (for tests: the result does not depend on it).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a long loop from the first call on: no time for tiers
    public static void Run<TBody>(in TBody body, long start, long end, int maxWidth = WidestLanes)
        where TBody : struct, IElementwise
    {
        var i = start;
        var kernel = body;
        if (Vector512.IsHardwareAccelerated && maxWidth >= WidestLanes)
        {
            for (; i + Lanes16.Count <= end; i += Lanes16.Count)
            {
                kernel.Invoke<Lanes16>(i);
            }
        }
        else if (Vector256.IsHardwareAccelerated && maxWidth >= Lanes8.Count)
        {
            for (; i + Lanes8.Count <= end; i += Lanes8.Count)
            {
                kernel.Invoke<Lanes8>(i);
            }
        }

        for (; i < end; i++)
        {
            kernel.Invoke<Lanes1>(i);
        }
    }

    /// <summary>Runs a kernel over rows, on this thread, in registers of at most <paramref name="maxWidth"/> numbers.</summary>
    public static void RunRows<TBody>(in TBody body, long start, long end, int maxWidth = WidestLanes)
        where TBody : struct, IRowwise
    {
        if (Vector512.IsHardwareAccelerated && maxWidth >= Lanes16.Count)
        {
            body.Invoke<Lanes16>(start, end);
        }
        else if (Vector256.IsHardwareAccelerated && maxWidth >= Lanes8.Count)
        {
            body.Invoke<Lanes8>(start, end);
        }
        else
        {
            body.Invoke<Lanes1>(start, end);
        }
    }

    /// <summary>Reads numbers stored as float32 (<see cref="float"/>) or as bfloat16 (<see cref="ushort"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes, T>(T* source)
        where TLanes : unmanaged, ILanes<TLanes>
        where T : unmanaged =>
        typeof(T) == typeof(float) ? TLanes.Load((float*)source) : TLanes.LoadBFloat16((ushort*)source);

    /// <summary>Writes numbers as float32 (<see cref="float"/>) or as bfloat16 (<see cref="ushort"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLanes, T>(TLanes value, T* target)
        where TLanes : unmanaged, ILanes<TLanes>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            value.Store((float*)target);
        }
        else
        {
            value.StoreBFloat16((ushort*)target);
        }
    }
}
