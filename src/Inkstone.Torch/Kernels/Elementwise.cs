using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary><c>target += source</c>, in float32, stored in the target's type. One gradient added to another.</summary>
internal readonly unsafe struct AddInto<TTarget, TSource>(TTarget* target, TSource* source) : IElementwise
    where TTarget : unmanaged
    where TSource : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<TLanes>(long i)
        where TLanes : unmanaged, ILanes<TLanes> =>
        Simd.Store(Simd.Load<TLanes, TTarget>(target + i) + Simd.Load<TLanes, TSource>(source + i), target + i);
}

/// <summary>Copies numbers from one storage type to another.</summary>
internal readonly unsafe struct ConvertElements<TSource, TTarget>(TSource* source, TTarget* target) : IElementwise
    where TSource : unmanaged
    where TTarget : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<TLanes>(long i)
        where TLanes : unmanaged, ILanes<TLanes> =>
        Simd.Store(Simd.Load<TLanes, TSource>(source + i), target + i);
}
