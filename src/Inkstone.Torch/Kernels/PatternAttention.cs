namespace Inkstone.Torch.Kernels;

/// <summary>
/// Every token looks at the tokens that an <see cref="AttentionPattern"/> names: <c>dropout(softmax(q·kᵀ·scale))·v</c>, block by block and head by
/// head over packed rows. Time is that of the keys looked at, and no scores are kept: the way back computes them again.
/// </summary>
/// <remarks>
/// Inputs: queries, keys and values side by side, <c>[tokens, 3·hidden]</c>, then the three biases <c>[hidden]</c>, float32, which the product
/// lacks. The result is <c>[tokens, hidden]</c> in the product's dtype; everything inside is float32.
/// </remarks>
/// <param name="pattern">Who looks at whom.</param>
/// <param name="heads">Heads that share the hidden width.</param>
/// <param name="rate">Share of the probabilities that is dropped, in chunks that drop any.</param>
/// <param name="stream">By which random numbers.</param>
internal sealed unsafe class PatternAttention(AttentionPattern pattern, int heads, double rate, DropoutStream stream) : AutogradFunction
{
    private const int Biases = 3;

    protected override Tensor[] Forward(Tensor[] inputs)
    {
        Array.ForEach(inputs, Save);
        var output = Tensor.Zeros([inputs[0].Size(0), inputs[^1].NumElements], inputs[0].DType);
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
            WorkerPool.Shared.Run(blocks.Count, item => Simd.RunRows(new PatternForward<T>(blocks), item, item + 1));
        }
    }

    protected override Tensor?[] Backward(Tensor[] gradOutputs)
    {
        Tensor[] inputs = [.. Saved];
        var gradOutput = gradOutputs[0].Contiguous();
        var gradient = Tensor.ZerosLike(inputs[0]);
        var hidden = inputs[^1].NumElements;
        var partial = Tensor.Zeros([pattern.Chunks.Count, Biases * hidden]);
        if (gradOutput.DType == DType.Float32)
        {
            Run<float>();
        }
        else
        {
            Run<ushort>();
        }

        return [gradient, .. Enumerable.Range(0, Biases).Select(part => RowPieces.AddUp(partial, part * hidden, hidden))];

        void Run<T>()
            where T : unmanaged
        {
            var forward = Blocks<T>(inputs, gradOutput);
            var backward = Blocks<T>([gradient, .. inputs[1..]], gradOutput);
            var sums = (float*)partial.DataPointer;
            WorkerPool.Shared.Run(forward.ChunkHeads, item => Simd.RunRows(new PatternBackward<T>(forward, backward, sums), item, item + 1));
        }
    }

    private PatternBlocks<T> Blocks<T>(Tensor[] inputs, Tensor output)
        where T : unmanaged => new(inputs, output, pattern, heads, rate, stream);
}
