using Inkstone.Torch.Kernels;

namespace Inkstone.Torch.Optim;

/// <summary>One pass over the memory of all parameters by our own kernels: float32 parameters on the CPU.</summary>
internal sealed unsafe class FusedAdamW : IAdamWPath
{
    /// <summary>Whether a parameter's memory can be worked on as it lies.</summary>
    public static bool Takes(Tensor parameter) => CpuKernels.Takes(parameter) && parameter.DType == DType.Float32;

    public double GradientNorm(IReadOnlyList<Tensor> gradients)
    {
        using var scope = TensorScope.New();
        var memory = gradients.Select(Gradient.Of).ToArray();
        var chunks = Chunk.Cut([.. gradients.Select(gradient => gradient.NumElements)]);
        var sums = new double[chunks.Length];
        WorkerPool.Shared.Run(chunks.Length, piece => sums[piece] = SumOfSquaresOf(memory[chunks[piece].Buffer], chunks[piece]));

        double total = 0;
        foreach (var sum in sums) // in order, whichever thread computed it
        {
            total += sum;
        }

        return Math.Sqrt(total);
    }

    public void Step(IReadOnlyList<AdamWUpdate> updates, AdamWCoefficients coefficients, double gradientScale)
    {
        using var scope = TensorScope.New();
        var slots = updates.Select(update => Slot.Of(update, coefficients, gradientScale)).ToArray();
        var chunks = Chunk.Cut([.. updates.Select(update => update.Parameter.NumElements)]);
        WorkerPool.Shared.Run(chunks.Length, piece => Step(slots[chunks[piece].Buffer], chunks[piece]));
    }

    private static double SumOfSquaresOf(Gradient gradient, Chunk chunk) => gradient.IsBFloat16
        ? SumOfSquares.Of((ushort*)gradient.Data + chunk.Start, chunk.End - chunk.Start)
        : SumOfSquares.Of((float*)gradient.Data + chunk.Start, chunk.End - chunk.Start);

    private static void Step(in Slot slot, Chunk chunk)
    {
        float* p = (float*)slot.Parameter, m = (float*)slot.ExpAvg, v = (float*)slot.ExpAvgSq;
        if (slot.Gradient.IsBFloat16)
        {
            Simd.Run(new AdamWStep<ushort>(p, (ushort*)slot.Gradient.Data, m, v, slot.Factors), chunk.Start, chunk.End);
        }
        else
        {
            Simd.Run(new AdamWStep<float>(p, (float*)slot.Gradient.Data, m, v, slot.Factors), chunk.Start, chunk.End);
        }
    }

    /// <summary>A gradient's memory, good until the current scope ends.</summary>
    private readonly record struct Gradient(nint Data, bool IsBFloat16)
    {
        public static Gradient Of(Tensor gradient)
        {
            if (gradient.DType is not (DType.Float32 or DType.BFloat16))
            {
                gradient = gradient.To(DType.Float32);
            }

            return new Gradient(gradient.Contiguous().DataPointer, gradient.DType == DType.BFloat16);
        }
    }

    private readonly record struct Slot(nint Parameter, Gradient Gradient, nint ExpAvg, nint ExpAvgSq, AdamWFactors Factors)
    {
        public static Slot Of(AdamWUpdate update, AdamWCoefficients coefficients, double gradientScale) => new(
            update.Parameter.DataPointer,
            Gradient.Of(update.Gradient),
            update.State.ExpAvg.DataPointer,
            update.State.ExpAvgSq.DataPointer,
            AdamWFactors.At(
                update.State.Step, update.Group.LearningRate, update.Group.WeightDecay,
                coefficients.Beta1, coefficients.Beta2, coefficients.Epsilon, gradientScale));
    }
}
