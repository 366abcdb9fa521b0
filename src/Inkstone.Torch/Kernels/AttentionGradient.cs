using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>Steps of attention's way back that every layout of queries and keys shares.</summary>
internal static unsafe class AttentionGradient
{
    /// <summary><c>dS = P ∘ (dP ∘ mask - Σ P ∘ dP ∘ mask)</c> for the scores of one query, in the place of <c>dP</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfSoftmax<TLanes>(float* probabilities, float* mask, float* gradient, int keys)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var sum = TLanes.Create(0);
        for (var i = 0; i < keys; i += TLanes.Count)
        {
            var g = TLanes.Load(gradient + i) * TLanes.Load(mask + i);
            g.Store(gradient + i);
            sum = TLanes.FusedMultiplyAdd(g, TLanes.Load(probabilities + i), sum);
        }

        var mean = TLanes.Create(sum.Sum());
        for (var i = 0; i < keys; i += TLanes.Count)
        {
            (TLanes.Load(probabilities + i) * (TLanes.Load(gradient + i) - mean)).Store(gradient + i);
        }
    }

    /// <summary>Element by element.</summary>
    public static void Multiply(float* left, float* right, float* product, long length) => Simd.Run(new Product(left, right, product), 0, length);

    private readonly struct Product(float* left, float* right, float* product) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(long i)
            where TLanes : unmanaged, ILanes<TLanes> => (TLanes.Load(left + i) * TLanes.Load(right + i)).Store(product + i);
    }
}
