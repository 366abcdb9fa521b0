namespace Inkstone.Torch.Kernels;

/// <summary>
/// <c>LayerNorm(residual + dropout(product + bias))</c>: how both halves of a layer end, in one pass, and in one pass back.
/// The mask is drawn again on the way back, so that neither it nor the sum has to be kept.
/// </summary>
/// <remarks>
/// Inputs: product <c>[rows, width]</c> (float32 or bfloat16), its bias <c>[width]</c>, residual <c>[rows, width]</c>, scale and
/// shift <c>[width]</c>, all these float32. Outputs: the result in float32 for the next residual, and again in the product's dtype for
/// the next product (in float32 the same memory), so that both gradients are added here instead of in a pass of their own.
/// </remarks>
internal sealed unsafe class DropoutNorm(double rate, DropoutStream stream, double epsilon) : AutogradFunction
{
    /// <summary>Whether this kernel can work on these tensors as they lie.</summary>
    public static bool Takes(Tensor product, Tensor residual) =>
        CpuKernels.Takes(product) && product.Dim == 2 && CpuKernels.Takes(residual) && residual.DType == DType.Float32
        && product.Shape.AsSpan().SequenceEqual(residual.Shape);

    protected override Tensor[] Forward(Tensor[] inputs)
    {
        Array.ForEach(inputs, Save);
        var product = inputs[0];
        var output = Tensor.EmptyLike(inputs[2]);
        var forProduct = product.DType == DType.Float32 ? output : Tensor.EmptyLike(product);
        var moments = Tensor.Empty([product.Size(0), 2]);
        Save(moments);
        if (product.DType == DType.Float32)
        {
            Run<float>();
        }
        else
        {
            Run<ushort>();
        }

        return [output, forProduct];

        void Run<T>()
            where T : unmanaged
        {
            var rows = new NormRows<T>(inputs, moments, MaskedRow.Of(rate, stream, product.Size(1), typeof(T)), (float)epsilon)
            {
                Output = (float*)output.DataPointer,
                ForProduct = typeof(T) == typeof(float) ? null : (T*)forProduct.DataPointer,
            };
            new RowPieces(product.Size(0)).Run((_, start, end) => Simd.RunRows(rows, start, end));
        }
    }

    protected override Tensor?[] Backward(Tensor[] gradOutputs)
    {
        var (product, residual, moments) = (Saved[0], Saved[2], Saved[5]);
        var (gradOutput, gradForProduct) = (gradOutputs[0].Contiguous(), gradOutputs[1].Contiguous());
        var (gradProduct, gradResidual) = (Tensor.EmptyLike(product), Tensor.EmptyLike(residual));
        var width = product.Size(1);
        var pieces = new RowPieces(product.Size(0));
        var partial = Tensor.Zeros([pieces.Count, 3 * width]);
        if (product.DType == DType.Float32)
        {
            Run<float>();
        }
        else
        {
            Run<ushort>();
        }

        return
        [
            gradProduct, RowPieces.AddUp(partial, 0, width), gradResidual,
            RowPieces.AddUp(partial, width, width), RowPieces.AddUp(partial, 2 * width, width),
        ];

        void Run<T>()
            where T : unmanaged
        {
            var rows = new NormGradientRows<T>(
                new NormRows<T>([.. Saved], moments, MaskedRow.Of(rate, stream, width, typeof(T)), (float)epsilon))
            {
                GradOutput = (float*)gradOutput.DataPointer,
                GradForProduct = (T*)gradForProduct.DataPointer,
                GradProduct = (T*)gradProduct.DataPointer,
                GradResidual = (float*)gradResidual.DataPointer,
            };
            var sums = (float*)partial.DataPointer;
            pieces.Run((piece, start, end) => Simd.RunRows(rows with { Sums = sums + (piece * 3 * width) }, start, end));
        }
    }
}
