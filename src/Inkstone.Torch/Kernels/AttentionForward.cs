namespace Inkstone.Torch.Kernels;

/// <summary>Heads of <see cref="PackedAttention"/>, forward.</summary>
internal readonly unsafe struct AttentionForward<T>(AttentionBlocks<T> blocks) : IRowwise
    where T : unmanaged
{
    public void Invoke<TLanes>(long start, long end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var item = start; item < end; item++)
        {
            var block = blocks.At(item);
            var length = AttentionHead<T>.Length(block) + AttentionHead<T>.Rectangle(block.PaddedAsking, block.PaddedSize);
            fixed (float* memory = AttentionScratch.Rent(length))
            {
                var head = new AttentionHead<T>(blocks.Rate, blocks.Stream, block, AttentionScratch.Align(memory));
                head.ComputeProbabilities<TLanes>();                                                              // [asking, keys]
                head.Drop(head.Probabilities);
                SmallProduct.Run<TLanes>(head.Probabilities, block.PaddedKeys, 1, head.Value, head.Free, block.PaddedAsking, block.PaddedSize, block.Keys);
                head.Store<TLanes>(head.Free, 1, block.Output, block.Asking, null);                               // [asking, size]
            }
        }
    }
}
