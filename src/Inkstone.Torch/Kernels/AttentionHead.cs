using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>The buffers of one head of one chunk, in float32 and padded to whole groups, and what both ways do with them.</summary>
internal readonly unsafe struct AttentionHead<T>
    where T : unmanaged
{
    private const int Slack = 16; // a transposed matrix is read in whole groups of rows, a little past its end

    private readonly double rate;
    private readonly DropoutStream stream;
    private readonly float* transposed;

    /// <summary>Lays the buffers out from <paramref name="memory"/> on.</summary>
    public AttentionHead(double rate, DropoutStream stream, in AttentionBlocks<T>.Block block, float* memory)
    {
        (this.rate, this.stream, Block) = (rate, stream, block);
        Query = memory;
        Key = Query + Rectangle(block.PaddedAsking, block.PaddedSize);
        Value = Key + Rectangle(block.Keys, block.PaddedSize);
        transposed = Value + Rectangle(block.Keys, block.PaddedSize);
        Probabilities = transposed + Rectangle(block.Size, block.PaddedKeys);
        Free = Probabilities + Rectangle(block.PaddedAsking, block.PaddedKeys);
    }

    public AttentionBlocks<T>.Block Block { get; }

    /// <summary>Queries with bias, scaled: <c>[asking, size]</c>.</summary>
    public float* Query { get; }

    /// <summary><c>[keys, size]</c>.</summary>
    public float* Key { get; }

    /// <summary><c>[keys, size]</c>.</summary>
    public float* Value { get; }

    /// <summary><c>[asking, keys]</c>.</summary>
    public float* Probabilities { get; }

    /// <summary>The first number behind the buffers.</summary>
    public float* Free { get; }

    public float Scale => 1 / MathF.Sqrt(Block.Size);

    /// <summary>Numbers that a matrix takes.</summary>
    public static int Rectangle(int rows, int columns) => (((rows * columns) + Slack - 1) / Slack * Slack) + Slack;

    /// <summary>Numbers that the buffers take, alignment included.</summary>
    public static int Length(in AttentionBlocks<T>.Block block) =>
        Rectangle(block.PaddedAsking, block.PaddedSize) + (2 * Rectangle(block.Keys, block.PaddedSize)) + Rectangle(block.Size, block.PaddedKeys)
        + Rectangle(block.PaddedAsking, block.PaddedKeys) + Slack;

    /// <summary>Reads queries, keys and values and computes the probabilities, before dropout.</summary>
    public void ComputeProbabilities<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes>
    {
        Load<TLanes>(Block.Key, Block.Keys, Block.Keys, 1, Key);
        Load<TLanes>(Block.Value, Block.Keys, Block.Keys, 1, Value);
        ComputeScores<TLanes>();
        for (var row = 0; row < Block.Asking; row++)
        {
            Softmax<TLanes>(Probabilities + ((long)row * Block.PaddedKeys));
        }
    }

    /// <summary>Reads the queries and multiplies them with the keys, which are there already: what becomes probabilities.</summary>
    public void ComputeScores<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes>
    {
        Load<TLanes>(Block.Query, Block.Asking, Block.PaddedAsking, Scale, Query);
        SmallProduct.Run<TLanes>(Query, Block.PaddedSize, 1, Transpose(Key), Probabilities, Block.PaddedAsking, Block.PaddedKeys, Block.Size);
    }

    /// <summary>Multiplies <c>[asking, keys]</c> by the mask.</summary>
    public void Drop(float* values)
    {
        if (rate > 0)
        {
            DropoutMask.Apply(values, values, (long)Block.Asking * Block.PaddedKeys, rate, stream, Block.FirstDraw);
        }
    }

    /// <summary><c>[keys, size]</c> to <c>[size, keys]</c>, in a buffer that the next call overwrites.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float* Transpose(float* matrix)
    {
        var (keys, padded, stride) = (Block.Keys, Block.PaddedKeys, Block.PaddedSize);
        for (var column = 0; column < Block.Size; column++)
        {
            var to = transposed + ((long)column * padded);
            var from = matrix + column;
            for (var row = 0; row < keys; row++, from += stride)
            {
                to[row] = *from;
            }

            new Span<float>(to + keys, padded - keys).Clear();
        }

        return transposed;
    }

    /// <summary>Copies a head's rows, bias added, times <paramref name="scale"/>; what is beyond them is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load<TLanes>(AttentionBlocks<T>.Rows rows, int count, int paddedCount, float scale, float* target)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var (size, padded) = (Block.Size, Block.PaddedSize);
        for (var row = 0; row < count; row++)
        {
            var from = rows.First + (row * rows.Stride);
            var to = target + ((long)row * padded);
            var i = 0;
            for (; i + TLanes.Count <= size; i += TLanes.Count)
            {
                LoadAt<TLanes>(from, rows.Bias, scale, to, i);
            }

            for (; i < size; i++)
            {
                LoadAt<Lanes1>(from, rows.Bias, scale, to, i);
            }

            new Span<float>(to + size, padded - size).Clear();
        }

        new Span<float>(target + ((long)count * padded), (paddedCount - count) * padded).Clear();
    }

    /// <summary>Writes a head's rows, times <paramref name="scale"/>, and adds their sum to <paramref name="total"/> unless that is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store<TLanes>(float* source, float scale, AttentionBlocks<T>.Rows rows, int count, float* total)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var row = 0; row < count; row++)
        {
            var from = source + ((long)row * Block.PaddedSize);
            var to = rows.First + (row * rows.Stride);
            var i = 0;
            for (; i + TLanes.Count <= Block.Size; i += TLanes.Count)
            {
                StoreAt<TLanes>(from, scale, to, total, i);
            }

            for (; i < Block.Size; i++)
            {
                StoreAt<Lanes1>(from, scale, to, total, i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadAt<TLanes>(T* from, float* bias, float scale, float* to, int i)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var value = Simd.Load<TLanes, T>(from + i);
        value = bias is null ? value : value + TLanes.Load(bias + i);
        (value * TLanes.Create(scale)).Store(to + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreAt<TLanes>(float* from, float scale, T* to, float* total, int i)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var value = TLanes.Load(from + i) * TLanes.Create(scale);
        Simd.Store(value, to + i);
        if (total is not null)
        {
            (TLanes.Load(total + i) + value).Store(total + i);
        }
    }

    /// <summary>Scores of one query to probabilities; what is beyond the keys becomes 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Softmax<TLanes>(float* row)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var (keys, padded) = (Block.Keys, Block.PaddedKeys);
        new Span<float>(row + keys, padded - keys).Fill(float.MinValue);
        var most = TLanes.Load(row);
        for (var i = TLanes.Count; i < padded; i += TLanes.Count)
        {
            var value = TLanes.Load(row + i);
            most = TLanes.Choose(value, most, value, most);
        }

        var lanes = stackalloc float[Simd.WidestLanes];
        most.Store(lanes);
        var largest = TLanes.Create(LargestOf(lanes, TLanes.Count));
        var sum = TLanes.Create(0);
        for (var i = 0; i < padded; i += TLanes.Count)
        {
            var power = Functions.Exp(TLanes.Load(row + i) - largest);
            power.Store(row + i);
            sum += power;
        }

        var share = TLanes.Create(1 / sum.Sum());
        for (var i = 0; i < padded; i += TLanes.Count)
        {
            (TLanes.Load(row + i) * share).Store(row + i);
        }

        new Span<float>(row + keys, padded - keys).Clear();
    }

    private static float LargestOf(float* values, int count)
    {
        var largest = values[0];
        for (var i = 1; i < count; i++)
        {
            largest = MathF.Max(largest, values[i]);
        }

        return largest;
    }
}
