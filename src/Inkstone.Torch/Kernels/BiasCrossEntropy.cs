using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>
/// The mean of <c>−log softmax(product + bias)[target]</c>, and its gradient in the same pass while a row is still in the cache: over a
/// vocabulary, each pass over the scores that is saved counts.
/// </summary>
/// <remarks>Inputs: a product <c>[rows, classes]</c>, float32 or bfloat16, and a float32 bias <c>[classes]</c>. The result is a float32 scalar.</remarks>
internal sealed unsafe class BiasCrossEntropy(Tensor targets) : AutogradFunction
{
    /// <summary>Whether this kernel can work on these tensors as they lie.</summary>
    public static bool Takes(Tensor product, Tensor bias, Tensor targets) =>
        BiasGelu.Takes(product, bias) && product.Size(0) > 0 && targets.Device == Device.Cpu && targets.DType == DType.Int64 && targets.IsContiguous
        && targets.NumElements == product.Size(0);

    protected override Tensor[] Forward(Tensor[] inputs)
    {
        var (product, bias) = (inputs[0], inputs[1]);
        var (rows, classes) = (product.Size(0), product.Size(1));
        ThrowIfNoClass(targets.AsSpan<long>(), classes);
        var gradProduct = Tensor.EmptyLike(product);
        var pieces = new RowPieces(rows);
        var partial = Tensor.Zeros([pieces.Count, classes]);
        var scratch = Tensor.Empty([pieces.Count, classes]);
        var losses = new double[rows];
        fixed (double* loss = losses)
        {
            if (product.DType == DType.Float32)
            {
                Run((float*)product.DataPointer, (float*)gradProduct.DataPointer, loss);
            }
            else
            {
                Run((ushort*)product.DataPointer, (ushort*)gradProduct.DataPointer, loss);
            }
        }

        Save(gradProduct);
        Save(RowPieces.AddUp(partial, 0, classes));
        return [Tensor.From<float>([(float)(losses.Sum() / rows)])];

        void Run<T>(T* from, T* to, double* loss)
            where T : unmanaged
        {
            var add = (float*)bias.DataPointer;
            var words = (long*)targets.DataPointer;
            var sums = (float*)partial.DataPointer;
            var room = (float*)scratch.DataPointer;
            pieces.Run((piece, start, end) => Simd.RunRows(
                new Rows<T>(from, add, words, to, sums + (piece * classes), room + (piece * classes), loss, classes, 1f / rows), start, end));
        }
    }

    protected override Tensor?[] Backward(Tensor[] gradOutputs)
    {
        var scale = gradOutputs[0].ToDouble();
        return scale == 1 ? [Saved[0], Saved[1]] : [Saved[0] * scale, Saved[1] * scale];
    }

    private static void ThrowIfNoClass(ReadOnlySpan<long> targets, long classes)
    {
        foreach (var target in targets)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(target);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, classes);
        }
    }

    private readonly struct Rows<T>(T* product, float* bias, long* targets, T* gradProduct, float* gradBias, float* scratch, double* losses, long classes, float weight)
        : IRowwise
        where T : unmanaged
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Invoke<TLanes>(long start, long end)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            for (var row = start; row < end; row++)
            {
                var highest = Add<TLanes>(product + (row * classes));
                var target = targets[row];
                var ofTarget = scratch[target];
                var sum = Exponentials<TLanes>(highest);
                losses[row] = Math.Log(sum) + highest - ofTarget;
                var factor = (float)(weight / sum);
                Differentiate<TLanes>(gradProduct + (row * classes), factor);
                Simd.Store(Lanes1.Create((scratch[target] * factor) - weight), gradProduct + (row * classes) + target);
                gradBias[target] -= weight;
            }
        }

        /// <summary>Writes the scores of one row; returns the highest.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private float Add<TLanes>(T* from)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            var most = TLanes.Create(float.NegativeInfinity);
            long i = 0;
            for (; i + TLanes.Count <= classes; i += TLanes.Count)
            {
                var score = Simd.Load<TLanes, T>(from + i) + TLanes.Load(bias + i);
                score.Store(scratch + i);
                most = TLanes.Choose(score, most, score, most);
            }

            var lanes = stackalloc float[Simd.WidestLanes];
            most.Store(lanes);
            var highest = float.NegativeInfinity;
            for (var lane = 0; lane < TLanes.Count; lane++)
            {
                highest = Math.Max(highest, lanes[lane]);
            }

            for (; i < classes; i++)
            {
                var score = Simd.Load<Lanes1, T>(from + i) + Lanes1.Load(bias + i);
                score.Store(scratch + i);
                highest = Math.Max(highest, scratch[i]);
            }

            return highest;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private double Exponentials<TLanes>(float highest)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            var total = TLanes.Create(0);
            long i = 0;
            for (; i + TLanes.Count <= classes; i += TLanes.Count)
            {
                var power = Functions.Exp(TLanes.Load(scratch + i) - TLanes.Create(highest));
                power.Store(scratch + i);
                total += power;
            }

            double sum = total.Sum();
            for (; i < classes; i++)
            {
                Functions.Exp(Lanes1.Load(scratch + i) - Lanes1.Create(highest)).Store(scratch + i);
                sum += scratch[i];
            }

            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Differentiate<TLanes>(T* to, float factor)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            long i = 0;
            for (; i + TLanes.Count <= classes; i += TLanes.Count)
            {
                var gradient = TLanes.FlushSubnormal(TLanes.Load(scratch + i) * TLanes.Create(factor));
                Simd.Store(gradient, to + i);
                (TLanes.Load(gradBias + i) + gradient).Store(gradBias + i);
            }

            for (; i < classes; i++)
            {
                var gradient = Lanes1.FlushSubnormal(Lanes1.Load(scratch + i) * Lanes1.Create(factor));
                Simd.Store(gradient, to + i);
                (Lanes1.Load(gradBias + i) + gradient).Store(gradBias + i);
            }
        }
    }
}
