namespace Inkstone.Torch.Kernels;

/// <summary>
/// Chunks of <see cref="PatternAttention"/>, backward. Blocks share keys, so one thread takes all blocks of a head of a chunk, in order: the
/// sums are the same however many threads there are.
/// </summary>
/// <param name="forward">Queries, keys, values; the output's gradient.</param>
/// <param name="backward">Where the gradients go.</param>
/// <param name="biasSums">Gradients of the three biases for each chunk, <c>[chunks, 3, hidden]</c>, zero so far.</param>
internal readonly unsafe struct PatternBackward<T>(PatternBlocks<T> forward, PatternBlocks<T> backward, float* biasSums) : IRowwise
    where T : unmanaged
{
    public void Invoke<TLanes>(long start, long end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var item = start; item < end; item++)
        {
            var (chunk, chunkIndex, head) = forward.ChunkOf(item);
            PatternHead<T>.Place[] places = [.. forward.OfChunk(item)];
            if (places.Length == 0)
            {
                continue;
            }

            var sums = AttentionHead<T>.Rectangle(chunk.Length, places[0].Block.PaddedSize);
            fixed (float* memory = AttentionScratch.Rent((2 * sums) + places.Max(place => LengthOf(place.Block))))
            {
                var keys = AttentionScratch.Align(memory);
                var values = keys + sums;
                new Span<float>(keys, 2 * sums).Clear();
                var biases = biasSums + ((long)chunkIndex * 3 * forward.Hidden) + places[0].Block.Column;
                foreach (var place in places)
                {
                    Run<TLanes>(place, values + sums, keys, values, biases);
                }

                var last = new AttentionHead<T>(0, default, places[0].Block, values + sums);
                last.Store<TLanes>(keys, 1, backward.Rows(1, head, chunk.First), chunk.Length, biases + forward.Hidden);
                last.Store<TLanes>(values, 1, backward.Rows(2, head, chunk.First), chunk.Length, biases + (2 * forward.Hidden));
            }
        }
    }

    private void Run<TLanes>(in PatternHead<T>.Place place, float* memory, float* keySums, float* valueSums, float* biases)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var pattern = new PatternHead<T>(place, memory);
        var head = pattern.Head;
        var block = head.Block;
        var (asking, keys, size) = (block.PaddedAsking, block.PaddedKeys, block.PaddedSize);
        var keyRows = SmallProduct.PaddedRows(block.Keys);
        var mask = head.Free;
        var gradScores = mask + AttentionHead<T>.Rectangle(asking, keys);
        var gradOutput = gradScores + AttentionHead<T>.Rectangle(asking, keys);
        var result = gradOutput + AttentionHead<T>.Rectangle(Math.Max(asking, keyRows), size);

        pattern.ComputeProbabilities<TLanes>(forward);
        head.Load<TLanes>(block.Output, block.Asking, asking, 1, gradOutput);

        // values: dV = dropped probabilitiesᵀ · dO
        new Span<float>(mask, block.Asking * keys).Fill(1);
        head.Drop(mask);
        AttentionGradient.Multiply(head.Probabilities, mask, gradScores, (long)block.Asking * keys);
        SmallProduct.Run<TLanes>(gradScores, 1, keys, gradOutput, result, keyRows, size, block.Asking);
        AddTo(valueSums, result, place);

        // scores: dS = P ∘ (dP - Σ P ∘ dP), where dP = (dO · Vᵀ) ∘ mask
        SmallProduct.Run<TLanes>(gradOutput, size, 1, head.Transpose(head.Value), gradScores, asking, keys, block.Size);
        for (var row = 0; row < block.Asking; row++)
        {
            var at = (long)row * keys;
            AttentionGradient.OfSoftmax<TLanes>(head.Probabilities + at, mask + at, gradScores + at, keys);
        }

        // queries: dS · K · scale; keys: dSᵀ · (Q · scale)
        SmallProduct.Run<TLanes>(gradScores, keys, 1, head.Key, result, asking, size, block.Keys);
        head.Store<TLanes>(result, head.Scale, backward.Rows(0, place.Head, place.FirstQuery), block.Asking, biases);
        SmallProduct.Run<TLanes>(gradScores, 1, keys, head.Query, result, keyRows, size, block.Asking);
        AddTo(keySums, result, place);
    }

    /// <summary>Adds gathered rows to those of the chunk that they came from.</summary>
    private static void AddTo(float* sums, float* gathered, in PatternHead<T>.Place place)
    {
        var size = place.Block.PaddedSize;
        foreach (var range in place.Ranges)
        {
            var count = (long)range.Count * size;
            Simd.Run(new AddInto<float, float>(sums + ((long)(range.First - place.Chunk.First) * size), gathered), 0, count);
            gathered += count;
        }
    }

    private static int LengthOf(in AttentionBlocks<T>.Block block) =>
        AttentionHead<T>.Length(block) + (2 * AttentionHead<T>.Rectangle(block.PaddedAsking, block.PaddedKeys))
        + (2 * AttentionHead<T>.Rectangle(Math.Max(block.PaddedAsking, SmallProduct.PaddedRows(block.Keys)), block.PaddedSize));
}
