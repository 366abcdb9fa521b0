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

    /// <summary>Adds the sums that pieces made, in order: columns <c>[first, first + width)</c> of a float32 <c>[pieces, …]</c> to <c>[width]</c>.</summary>
    public static unsafe Tensor AddUp(Tensor partial, long first, long width)
    {
        var (pieces, stride) = (partial.Size(0), partial.Size(1));
        var sum = Tensor.Zeros([width]);
        var (from, to) = (partial.DataPointer, sum.DataPointer);
        for (var piece = 0L; piece < pieces; piece++)
        {
            Simd.Run(new AddInto<float, float>((float*)to, (float*)from + (piece * stride) + first), 0, width);
        }

        return sum;
    }
}
