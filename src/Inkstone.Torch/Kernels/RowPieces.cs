namespace Inkstone.Torch.Kernels;

/// <summary>Cuts the rows of a matrix into pieces for the threads of <see cref="WorkerPool.Shared"/>: always the same ones, however many threads there are.</summary>
internal readonly record struct RowPieces(long Rows)
{
    /// <summary>Rows in a full piece.</summary>
    public const int Size = 32;

    /// <summary>How many pieces there are.</summary>
    public int Count => checked((int)((Rows + Size - 1) / Size));

    /// <summary>Runs <paramref name="body"/> once a piece: its number, its first row and the row after its last.</summary>
    public void Run(Action<int, long, long> body)
    {
        var rows = Rows;
        WorkerPool.Shared.Run(Count, piece => body(piece, (long)piece * Size, Math.Min((piece + 1L) * Size, rows)));
    }

    /// <summary>Adds one partial sum a piece, in order: <c>[pieces, width]</c> to a new tensor <c>[width]</c>.</summary>
    public static unsafe Tensor AddUp(float[] partial, int pieces, int width, int offset = 0, int stride = 0)
    {
        stride = stride == 0 ? width : stride;
        var sum = Tensor.Zeros([width]);
        var target = (float*)sum.DataPointer;
        fixed (float* source = partial)
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                Simd.Run(new AddInto<float, float>(target, source + ((long)piece * stride) + offset), 0, width);
            }
        }

        return sum;
    }
}
