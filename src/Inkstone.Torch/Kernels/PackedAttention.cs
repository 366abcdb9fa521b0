namespace Inkstone.Torch.Kernels;

/// <summary>
/// Every token looks at the tokens of its own chunk: <c>dropout(softmax(q·kᵀ·scale))·v</c>, chunk by chunk and head by head over
/// packed rows, without padding. Scores live in a core's cache and nowhere else: the way back computes them again.
/// </summary>
/// <remarks>
/// Vaswani et al. 2017 (arXiv:1706.03762); not keeping scores is Dao et al. 2022 (arXiv:2205.14135). Inputs: either queries, keys and values
/// side by side, <c>[tokens, 3·hidden]</c>, or queries <c>[chunks, hidden]</c> of each chunk's first token and keys and values of all,
/// <c>[tokens, 2·hidden]</c>; then the three biases <c>[hidden]</c>, float32, which the products lack. The result is <c>[queries, hidden]</c>
/// in the products' dtype; everything inside is float32.
/// </remarks>
/// <param name="chunkLengths">Tokens of each chunk.</param>
/// <param name="heads">Heads that share the hidden width.</param>
/// <param name="rate">Share of the probabilities that is dropped.</param>
/// <param name="stream">By which random numbers.</param>
/// <param name="lengthsBefore">Tokens of each chunk whose random numbers come first; null for none.</param>
internal sealed unsafe class PackedAttention(
    IReadOnlyList<int> chunkLengths, int heads, double rate, DropoutStream stream, IReadOnlyList<int>? lengthsBefore = null) : AutogradFunction
{
    private const int Biases = 3;

    /// <summary>Whether this kernel can work on these tensors as they lie.</summary>
    public static bool Takes(params ReadOnlySpan<Tensor> products)
    {
        foreach (var product in products)
        {
            if (!CpuKernels.Takes(product) || product.Dim != 2 || product.DType != products[0].DType)
            {
                return false;
            }
        }

        return true;
    }

    protected override Tensor[] Forward(Tensor[] inputs)
    {
        Array.ForEach(inputs, Save);
        var output = Tensor.Empty([inputs[0].Size(0), inputs[^1].NumElements], inputs[0].DType);
        if (output.DType == DType.Float32)
        {
            Run<float>();
        }
        else
        {
            Run<ushort>();
        }

        return [output];

        void Run<T>()
            where T : unmanaged
        {
            var blocks = Blocks<T>(inputs, output);
            WorkerPool.Shared.Run(blocks.Count, item => Simd.RunRows(new AttentionForward<T>(blocks), item, item + 1));
        }
    }

    protected override Tensor?[] Backward(Tensor[] gradOutputs)
    {
        Tensor[] inputs = [.. Saved];
        var gradOutput = gradOutputs[0].Contiguous();
        var products = inputs.Length - Biases;
        Tensor[] gradients = [.. inputs[..products].Select(product => Tensor.EmptyLike(product))];
        var hidden = inputs[^1].NumElements;
        var partial = Tensor.Zeros([chunkLengths.Count, Biases * hidden]);
        if (gradOutput.DType == DType.Float32)
        {
            Run<float>();
        }
        else
        {
            Run<ushort>();
        }

        return [.. gradients, .. Enumerable.Range(0, Biases).Select(part => RowPieces.AddUp(partial, part * hidden, hidden))];

        void Run<T>()
            where T : unmanaged
        {
            var forward = Blocks<T>(inputs, gradOutput);
            var backward = Blocks<T>([.. gradients, .. inputs[products..]], gradOutput);
            var sums = (float*)partial.DataPointer;
            WorkerPool.Shared.Run(forward.Count, item => Simd.RunRows(new AttentionBackward<T>(forward, backward, sums), item, item + 1));
        }
    }

    private AttentionBlocks<T> Blocks<T>(Tensor[] inputs, Tensor output)
        where T : unmanaged => new(inputs, output, chunkLengths, heads, rate, stream, lengthsBefore ?? []);
}
