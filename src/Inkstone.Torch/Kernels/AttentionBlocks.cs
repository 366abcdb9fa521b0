namespace Inkstone.Torch.Kernels;

/// <summary>Where the rows of one head of one chunk lie in a batch: the unit in which threads share attention.</summary>
internal sealed unsafe class AttentionBlocks<T>
    where T : unmanaged
{
    private readonly T* queries;
    private readonly T* keys;
    private readonly T* values;
    private readonly float*[] biases;
    private readonly T* output;
    private readonly long queryStride;
    private readonly long keyStride;
    private readonly bool allAsk;
    private readonly int[] firstRows;
    private readonly long[] firstDraws;
    private readonly IReadOnlyList<int> lengths;

    public AttentionBlocks(Tensor[] inputs, Tensor output, IReadOnlyList<int> lengths, int heads, double rate, DropoutStream stream, IReadOnlyList<int> lengthsBefore)
    {
        const int biasCount = 3;
        Hidden = (int)inputs[^1].NumElements;
        allAsk = inputs.Length == biasCount + 1;
        queries = (T*)inputs[0].DataPointer;
        queryStride = inputs[0].Size(1);
        keys = allAsk ? queries + Hidden : (T*)inputs[1].DataPointer;
        keyStride = allAsk ? queryStride : inputs[1].Size(1);
        values = keys + Hidden;
        biases = [(float*)inputs[^3].DataPointer, (float*)inputs[^2].DataPointer, (float*)inputs[^1].DataPointer];
        this.output = (T*)output.DataPointer;
        (this.lengths, Heads, Rate, Stream) = (lengths, heads, rate, stream);

        firstRows = new int[lengths.Count];
        firstDraws = new long[lengths.Count];
        var draws = heads * lengthsBefore.Sum(DrawsOf);
        for (var (chunk, row) = (0, 0); chunk < lengths.Count; row += lengths[chunk++])
        {
            (firstRows[chunk], firstDraws[chunk]) = (row, draws);
            draws += heads * DrawsOf(lengths[chunk]);
        }
    }

    public int Count => lengths.Count * Heads;

    public int Hidden { get; }

    public int Heads { get; }

    public double Rate { get; }

    public DropoutStream Stream { get; }

    public Block At(long item)
    {
        var (chunk, head) = ((int)(item / Heads), (int)(item % Heads));
        var size = Hidden / Heads;
        var (row, column) = (firstRows[chunk], head * size);
        var queryRow = allAsk ? row : chunk;
        return new()
        {
            Chunk = chunk,
            Column = column,
            Size = size,
            Keys = lengths[chunk],
            Asking = allAsk ? lengths[chunk] : 1,
            Query = new(queries + (queryRow * queryStride) + column, queryStride, biases[0] + column),
            Key = new(keys + (row * keyStride) + column, keyStride, biases[1] + column),
            Value = new(values + (row * keyStride) + column, keyStride, biases[2] + column),
            Output = new(output + ((long)queryRow * Hidden) + column, Hidden, null),
            FirstDraw = firstDraws[chunk] + (head * DrawsOf(lengths[chunk])),
        };
    }

    /// <summary>Positions in the mask that one head of a chunk takes, so rounded that each head begins with a batch of draws.</summary>
    private long DrawsOf(int length)
    {
        var draws = (long)(allAsk ? length : 1) * SmallProduct.PaddedColumns(length);
        return (draws + DropoutMask.DrawsPerBatch - 1) / DropoutMask.DrawsPerBatch * DropoutMask.DrawsPerBatch;
    }

    /// <summary>Rows of one head inside a wider matrix, and the bias that they lack.</summary>
    internal readonly struct Rows(T* first, long stride, float* bias)
    {
        public T* First { get; } = first;

        public long Stride { get; } = stride;

        public float* Bias { get; } = bias;
    }

    /// <summary>One head of one chunk.</summary>
    internal readonly struct Block
    {
        public int Chunk { get; init; }

        /// <summary>The head's first column in the hidden width.</summary>
        public int Column { get; init; }

        /// <summary>Numbers a head has for each token.</summary>
        public int Size { get; init; }

        public int Keys { get; init; }

        /// <summary>Queries: all tokens of the chunk, or its first.</summary>
        public int Asking { get; init; }

        public Rows Query { get; init; }

        public Rows Key { get; init; }

        public Rows Value { get; init; }

        public Rows Output { get; init; }

        public long FirstDraw { get; init; }

        public int PaddedKeys => SmallProduct.PaddedColumns(Keys);

        public int PaddedAsking => SmallProduct.PaddedRows(Asking);

        public int PaddedSize => SmallProduct.PaddedColumns(Size);
    }
}
