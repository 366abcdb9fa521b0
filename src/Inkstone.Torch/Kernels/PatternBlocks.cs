namespace Inkstone.Torch.Kernels;

/// <summary>Where the rows of one head of one block of queries lie in a batch: the unit in which threads share <see cref="PatternAttention"/>.</summary>
internal sealed unsafe class PatternBlocks<T>
    where T : unmanaged
{
    private readonly T* product;
    private readonly T* output;
    private readonly float*[] biases;
    private readonly long stride;
    private readonly double rate;
    private readonly DropoutStream stream;
    private readonly AttentionPattern pattern;
    private readonly (PatternChunk Chunk, QueryBlock Block, long FirstDraw)[] blocks;
    private readonly int[] firstBlocks;

    public PatternBlocks(Tensor[] inputs, Tensor output, AttentionPattern pattern, int heads, double rate, DropoutStream stream)
    {
        Hidden = (int)inputs[^1].NumElements;
        product = (T*)inputs[0].DataPointer;
        stride = inputs[0].Size(1);
        biases = [(float*)inputs[1].DataPointer, (float*)inputs[2].DataPointer, (float*)inputs[3].DataPointer];
        this.output = (T*)output.DataPointer;
        (this.pattern, Heads, this.rate, this.stream) = (pattern, heads, rate, stream);

        firstBlocks = new int[pattern.Chunks.Count + 1];
        var all = new List<(PatternChunk, QueryBlock, long)>();
        var draws = 0L;
        for (var chunk = 0; chunk < pattern.Chunks.Count; chunk++)
        {
            foreach (var block in pattern.Chunks[chunk].Blocks)
            {
                all.Add((pattern.Chunks[chunk], block, draws));
                draws += heads * DrawsOf(block);
            }

            firstBlocks[chunk + 1] = all.Count;
        }

        blocks = [.. all];
    }

    public int Hidden { get; }

    public int Heads { get; }

    /// <summary>Heads of blocks.</summary>
    public int Count => blocks.Length * Heads;

    /// <summary>Heads of chunks.</summary>
    public int ChunkHeads => pattern.Chunks.Count * Heads;

    /// <summary>One head of one block.</summary>
    public PatternHead<T>.Place At(long item) => At((int)(item / Heads), (int)(item % Heads));

    /// <summary>One head of every block of one chunk, in order.</summary>
    public IEnumerable<PatternHead<T>.Place> OfChunk(long item)
    {
        var (chunk, head) = ((int)(item / Heads), (int)(item % Heads));
        for (var block = firstBlocks[chunk]; block < firstBlocks[chunk + 1]; block++)
        {
            yield return At(block, head);
        }
    }

    /// <summary>A chunk, and which of its heads an item means.</summary>
    public (PatternChunk Chunk, int ChunkIndex, int Head) ChunkOf(long item) =>
        (pattern.Chunks[(int)(item / Heads)], (int)(item / Heads), (int)(item % Heads));

    /// <summary>Queries (0), keys (1) or values (2) of a head, from a row on.</summary>
    public AttentionBlocks<T>.Rows Rows(int part, int head, long row)
    {
        var column = head * (Hidden / Heads);
        return new(product + (row * stride) + (part * Hidden) + column, stride, biases[part] + column);
    }

    private PatternHead<T>.Place At(int index, int head)
    {
        var (chunk, block, firstDraw) = blocks[index];
        var size = Hidden / Heads;
        var ranges = block.KeysOf(head);
        return new()
        {
            Chunk = chunk,
            FirstQuery = block.First,
            Ranges = ranges,
            Window = pattern.Window,
            Head = head,
            Rate = chunk.DropsProbabilities ? rate : 0,
            Stream = stream,
            Block = new()
            {
                Column = head * size,
                Size = size,
                Keys = ranges.Sum(range => range.Count),
                Asking = block.Count,
                Query = Rows(0, head, block.First),
                Output = new(output + ((long)block.First * Hidden) + (head * size), Hidden, null),
                FirstDraw = firstDraw + (head * DrawsOf(block)),
            },
        };
    }

    /// <summary>Positions in the mask that one head takes, so rounded that each head begins with a batch of draws.</summary>
    private static long DrawsOf(QueryBlock block)
    {
        var draws = (long)block.Count * SmallProduct.PaddedColumns(block.MostKeys);
        return (draws + DropoutMask.DrawsPerBatch - 1) / DropoutMask.DrawsPerBatch * DropoutMask.DrawsPerBatch;
    }
}
