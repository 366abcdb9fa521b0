namespace Inkstone.Torch.Kernels;

/// <summary>Blocks of <see cref="PatternAttention"/>, forward.</summary>
internal readonly unsafe struct PatternForward<T>(PatternBlocks<T> blocks) : IRowwise
    where T : unmanaged
{
    public void Invoke<TLanes>(long start, long end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var item = start; item < end; item++)
        {
            var place = blocks.At(item);
            var block = place.Block;
            var length = AttentionHead<T>.Length(block) + AttentionHead<T>.Rectangle(block.PaddedAsking, block.PaddedSize);
            fixed (float* memory = AttentionScratch.Rent(length))
            {
                var pattern = new PatternHead<T>(place, AttentionScratch.Align(memory));
                var head = pattern.Head;
                pattern.ComputeProbabilities<TLanes>(blocks);                                                     // [asking, keys]
                head.Drop(head.Probabilities);
                SmallProduct.Run<TLanes>(head.Probabilities, block.PaddedKeys, 1, head.Value, head.Free, block.PaddedAsking, block.PaddedSize, block.Keys);
                head.Store<TLanes>(head.Free, 1, block.Output, block.Asking, null);                               // [asking, size]
            }
        }
    }
}
