using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>The numbers of one AdamW step that hold for all elements of a parameter group.</summary>
/// <param name="GradientScale">Gradients are multiplied by this first: the clip factor.</param>
/// <param name="Decay"><c>1 - lr * weight_decay</c>.</param>
/// <param name="Beta1Complement"><c>1 - beta1</c>.</param>
/// <param name="Beta2"><c>beta2</c>.</param>
/// <param name="Beta2Complement"><c>1 - beta2</c>.</param>
/// <param name="StepSize"><c>lr / (1 - beta1^step)</c>.</param>
/// <param name="RootScale"><c>1 / sqrt(1 - beta2^step)</c>.</param>
/// <param name="Epsilon">Added to the root, after the bias correction.</param>
internal readonly record struct AdamWFactors(
    float GradientScale, float Decay, float Beta1Complement, float Beta2, float Beta2Complement, float StepSize, float RootScale, float Epsilon)
{
    /// <summary>The factors of optimizer step <paramref name="step"/> (1 for the first), each computed in double and rounded once.</summary>
    public static AdamWFactors At(
        long step, double learningRate, double weightDecay, double beta1, double beta2, double epsilon, double gradientScale) => new(
            (float)gradientScale,
            (float)(1 - (learningRate * weightDecay)),
            (float)(1 - beta1),
            (float)beta2,
            (float)(1 - beta2),
            (float)(learningRate / (1 - Math.Pow(beta1, step))),
            (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step))),
            (float)epsilon);
}

/// <summary>One AdamW step over one parameter: decay, both moments and the update in a single pass over the memory.</summary>
/// <remarks>
/// Loshchilov and Hutter 2019 (arXiv:1711.05101), algorithm 2, in the order of <c>torch.optim.AdamW</c>:
/// decay first, <c>m += (1 - beta1)(g - m)</c>, epsilon outside the corrected root.
/// </remarks>
internal readonly unsafe struct AdamWStep<TGradient>(float* parameter, TGradient* gradient, float* expAvg, float* expAvgSq, AdamWFactors factors)
    : IElementwise
    where TGradient : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Invoke<TLanes>(long i)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var g = Simd.Load<TLanes, TGradient>(gradient + i) * TLanes.Create(factors.GradientScale);
        var m = TLanes.Load(expAvg + i);
        m = TLanes.FusedMultiplyAdd(TLanes.Create(factors.Beta1Complement), g - m, m);
        m = TLanes.FlushSubnormal(m); // the mean of a word that no longer comes up fades into subnormals, and would stay there
        var v = TLanes.Load(expAvgSq + i) * TLanes.Create(factors.Beta2);
        v = TLanes.FusedMultiplyAdd(g * g, TLanes.Create(factors.Beta2Complement), v);
        var root = TLanes.FusedMultiplyAdd(TLanes.Sqrt(v), TLanes.Create(factors.RootScale), TLanes.Create(factors.Epsilon));
        var p = TLanes.Load(parameter + i) * TLanes.Create(factors.Decay);
        p = TLanes.FusedMultiplyAdd(TLanes.Create(-factors.StepSize), m / root, p);

        m.Store(expAvg + i);
        v.Store(expAvgSq + i);
        p.Store(parameter + i);
    }
}
