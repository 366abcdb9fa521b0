using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary><c>gelu(product + bias)</c> in one pass, and in one pass back (Hendrycks and Gimpel 2016, arXiv:1606.08415; by the error function).</summary>
/// <remarks>Inputs: a product <c>[rows, width]</c>, float32 or bfloat16, and a float32 bias <c>[width]</c>. The result has the product's dtype.</remarks>
internal sealed unsafe class BiasGelu : AutogradFunction
{
    private const float SqrtHalf = 0.70710678f;
    private const float NormalDensityAt0 = 0.39894228f;

    /// <summary>Whether this kernel can work on these tensors as they lie.</summary>
    public static bool Takes(Tensor product, Tensor bias) =>
        CpuKernels.Takes(product) && product.Dim == 2 && CpuKernels.Takes(bias) && bias.DType == DType.Float32 && bias.NumElements == product.Size(1);

    protected override Tensor[] Forward(Tensor[] inputs)
    {
        var (product, bias) = (inputs[0], inputs[1]);
        Save(product);
        Save(bias);
        var output = Tensor.EmptyLike(product);
        if (product.DType == DType.Float32)
        {
            Run((float*)product.DataPointer, (float*)output.DataPointer);
        }
        else
        {
            Run((ushort*)product.DataPointer, (ushort*)output.DataPointer);
        }

        return [output];

        void Run<T>(T* from, T* to)
            where T : unmanaged
        {
            var width = product.Size(1);
            var add = (float*)bias.DataPointer;
            new RowPieces(product.Size(0)).Run((_, start, end) =>
            {
                for (var row = start; row < end; row++)
                {
                    Simd.Run(new Activate<T>(from + (row * width), add, to + (row * width)), 0, width);
                }
            });
        }
    }

    protected override Tensor?[] Backward(Tensor[] gradOutputs)
    {
        var (product, bias) = (Saved[0], Saved[1]);
        var gradient = gradOutputs[0].Contiguous();
        var gradProduct = Tensor.EmptyLike(product);
        var width = product.Size(1);
        var pieces = new RowPieces(product.Size(0));
        var partial = Tensor.Zeros([pieces.Count, width]);
        if (product.DType == DType.Float32)
        {
            Run((float*)product.DataPointer, (float*)gradient.DataPointer, (float*)gradProduct.DataPointer);
        }
        else
        {
            Run((ushort*)product.DataPointer, (ushort*)gradient.DataPointer, (ushort*)gradProduct.DataPointer);
        }

        return [gradProduct, RowPieces.AddUp(partial, 0, width)];

        void Run<T>(T* from, T* gradFrom, T* gradTo)
            where T : unmanaged
        {
            var add = (float*)bias.DataPointer;
            var sums = (float*)partial.DataPointer;
            pieces.Run((piece, start, end) =>
            {
                for (var row = start; row < end; row++)
                {
                    var at = row * width;
                    Simd.Run(new Differentiate<T>(from + at, add, gradFrom + at, gradTo + at, sums + (piece * width)), 0, width);
                }
            });
        }
    }

    private readonly struct Activate<T>(T* product, float* bias, T* output) : IElementwise
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(long i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            var x = Simd.Load<TLanes, T>(product + i) + TLanes.Load(bias + i);
            var half = x * TLanes.Create(0.5f);
            Simd.Store(TLanes.FusedMultiplyAdd(half, Functions.Erf(x * TLanes.Create(SqrtHalf)), half), output + i);
        }
    }

    private readonly struct Differentiate<T>(T* product, float* bias, T* gradient, T* gradProduct, float* gradBias) : IElementwise
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TLanes>(long i)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            var x = Simd.Load<TLanes, T>(product + i) + TLanes.Load(bias + i);
            var half = TLanes.Create(0.5f);
            var distribution = TLanes.FusedMultiplyAdd(Functions.Erf(x * TLanes.Create(SqrtHalf)), half, half);
            var density = Functions.Exp(x * x * TLanes.Create(-0.5f)) * TLanes.Create(NormalDensityAt0);
            var gradX = Simd.Load<TLanes, T>(gradient + i) * TLanes.FusedMultiplyAdd(x, density, distribution);
            Simd.Store(gradX, gradProduct + i);
            (TLanes.Load(gradBias + i) + gradX).Store(gradBias + i);
        }
    }
}
