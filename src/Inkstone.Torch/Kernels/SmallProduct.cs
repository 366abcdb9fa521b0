using System.Runtime.CompilerServices;

namespace Inkstone.Torch.Kernels;

/// <summary>Products of matrices that fit the caches, on this thread: what attention multiplies for one head of one chunk.</summary>
/// <remarks>Each number of the result adds its products in order, so it is the same at every register width.</remarks>
internal static unsafe class SmallProduct
{
    /// <summary>Rows of the result come in groups of this many; buffers have room for whole groups.</summary>
    public const int RowGroup = 6;

    /// <summary>Columns of the result come in groups of this many.</summary>
    public const int ColumnGroup = 32;

    /// <summary>The number of rows, rounded up to whole groups.</summary>
    public static int PaddedRows(int rows) => (rows + RowGroup - 1) / RowGroup * RowGroup;

    /// <summary>The number of columns, rounded up to whole groups.</summary>
    public static int PaddedColumns(int columns) => (columns + ColumnGroup - 1) / ColumnGroup * ColumnGroup;

    /// <summary><c>result[i, j] = Σ left[i·leftRow + p·leftColumn] · right[p, j]</c>, <paramref name="inner"/> products each.</summary>
    /// <param name="left">Any strides: a transposed matrix is read as it lies.</param>
    /// <param name="leftRow">Elements from one row to the next.</param>
    /// <param name="leftColumn">Elements from one column to the next.</param>
    /// <param name="right">Rows of <paramref name="columns"/> numbers.</param>
    /// <param name="result">Rows of <paramref name="columns"/> numbers.</param>
    /// <param name="rows">A multiple of <see cref="RowGroup"/>.</param>
    /// <param name="columns">A multiple of <see cref="ColumnGroup"/>.</param>
    /// <param name="inner">How many products make a number.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes>(float* left, int leftRow, int leftColumn, float* right, float* result, int rows, int columns, int inner)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var j = 0; j < columns; j += 2 * TLanes.Count)
        {
            for (var i = 0; i < rows; i += RowGroup)
            {
                Tile<TLanes>(left + ((long)i * leftRow), leftRow, leftColumn, right + j, columns, result + ((long)i * columns) + j, inner);
            }
        }
    }

    // Twelve running sums, two pieces of the right and one number of the left fill the sixteen registers that AVX2 has.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile<TLanes>(float* left, int leftRow, int leftColumn, float* right, int columns, float* result, int inner)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var zero = TLanes.Create(0);
        TLanes c00 = zero, c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
        TLanes c30 = zero, c31 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
        float* row1 = left + leftRow, row2 = row1 + leftRow, row3 = row2 + leftRow, row4 = row3 + leftRow, row5 = row4 + leftRow;
        for (var p = 0; p < inner; p++, right += columns)
        {
            var (b0, b1) = (TLanes.Load(right), TLanes.Load(right + TLanes.Count));
            var at = (long)p * leftColumn;
            var a = TLanes.Create(left[at]);
            c00 = TLanes.FusedMultiplyAdd(a, b0, c00);
            c01 = TLanes.FusedMultiplyAdd(a, b1, c01);
            a = TLanes.Create(row1[at]);
            c10 = TLanes.FusedMultiplyAdd(a, b0, c10);
            c11 = TLanes.FusedMultiplyAdd(a, b1, c11);
            a = TLanes.Create(row2[at]);
            c20 = TLanes.FusedMultiplyAdd(a, b0, c20);
            c21 = TLanes.FusedMultiplyAdd(a, b1, c21);
            a = TLanes.Create(row3[at]);
            c30 = TLanes.FusedMultiplyAdd(a, b0, c30);
            c31 = TLanes.FusedMultiplyAdd(a, b1, c31);
            a = TLanes.Create(row4[at]);
            c40 = TLanes.FusedMultiplyAdd(a, b0, c40);
            c41 = TLanes.FusedMultiplyAdd(a, b1, c41);
            a = TLanes.Create(row5[at]);
            c50 = TLanes.FusedMultiplyAdd(a, b0, c50);
            c51 = TLanes.FusedMultiplyAdd(a, b1, c51);
        }

        Store(c00, c01, result);
        Store(c10, c11, result + columns);
        Store(c20, c21, result + (2L * columns));
        Store(c30, c31, result + (3L * columns));
        Store(c40, c41, result + (4L * columns));
        Store(c50, c51, result + (5L * columns));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(TLanes first, TLanes second, float* target)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        first.Store(target);
        second.Store(target + TLanes.Count);
    }
}
