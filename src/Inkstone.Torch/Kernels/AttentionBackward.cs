namespace Inkstone.Torch.Kernels;

/// <summary>Heads of <see cref="PackedAttention"/>, backward: probabilities are computed again, gradients of queries, keys and values written.</summary>
/// <param name="forward">Queries, keys, values; the output's gradient.</param>
/// <param name="backward">Where the gradients go.</param>
/// <param name="biasSums">Gradients of the three biases for each chunk, <c>[chunks, 3, hidden]</c>, zero so far.</param>
internal readonly unsafe struct AttentionBackward<T>(AttentionBlocks<T> forward, AttentionBlocks<T> backward, float* biasSums) : IRowwise
    where T : unmanaged
{
    public void Invoke<TLanes>(long start, long end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var item = start; item < end; item++)
        {
            var block = forward.At(item);
            var scores = AttentionHead<T>.Rectangle(block.PaddedAsking, block.PaddedKeys);
            var rows = AttentionHead<T>.Rectangle(Math.Max(block.PaddedAsking, SmallProduct.PaddedRows(block.Keys)), block.PaddedSize);
            fixed (float* memory = AttentionScratch.Rent(AttentionHead<T>.Length(block) + (2 * scores) + (2 * rows)))
            {
                var head = new AttentionHead<T>(forward.Rate, forward.Stream, block, AttentionScratch.Align(memory));
                Run<TLanes>(head, backward.At(item), mask: head.Free, gradScores: head.Free + scores, gradOutput: head.Free + (2 * scores), result: head.Free + (2 * scores) + rows);
            }
        }
    }

    private void Run<TLanes>(in AttentionHead<T> head, in AttentionBlocks<T>.Block target, float* mask, float* gradScores, float* gradOutput, float* result)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var block = head.Block;
        var (asking, keys, size) = (block.PaddedAsking, block.PaddedKeys, block.PaddedSize);
        var keyRows = SmallProduct.PaddedRows(block.Keys);
        var sums = biasSums + ((long)block.Chunk * 3 * forward.Hidden) + block.Column;

        head.ComputeProbabilities<TLanes>();
        head.Load<TLanes>(block.Output, block.Asking, asking, 1, gradOutput);

        // values: dV = dropped probabilitiesᵀ · dO
        new Span<float>(mask, block.Asking * keys).Fill(1);
        head.Drop(mask);
        AttentionGradient.Multiply(head.Probabilities, mask, gradScores, (long)block.Asking * keys);
        SmallProduct.Run<TLanes>(gradScores, 1, keys, gradOutput, result, keyRows, size, block.Asking);
        head.Store<TLanes>(result, 1, target.Value, block.Keys, sums + (2 * forward.Hidden));

        // scores: dS = P ∘ (dP - Σ P ∘ dP), where dP = (dO · Vᵀ) ∘ mask
        SmallProduct.Run<TLanes>(gradOutput, size, 1, head.Transpose(head.Value), gradScores, asking, keys, block.Size);
        for (var row = 0; row < block.Asking; row++)
        {
            var at = (long)row * keys;
            AttentionGradient.OfSoftmax<TLanes>(head.Probabilities + at, mask + at, gradScores + at, keys);
        }

        // queries: dS · K · scale; keys: dSᵀ · (Q · scale)
        SmallProduct.Run<TLanes>(gradScores, keys, 1, head.Key, result, asking, size, block.Keys);
        head.Store<TLanes>(result, head.Scale, target.Query, block.Asking, sums);
        SmallProduct.Run<TLanes>(gradScores, 1, keys, head.Query, result, keyRows, size, block.Asking);
        head.Store<TLanes>(result, 1, target.Key, block.Keys, sums + forward.Hidden);
    }
}
