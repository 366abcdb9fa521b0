namespace Inkstone.Torch.Kernels;

/// <summary>The dropout mask of a matrix, drawn row by row: every row begins at a draw of its own, whatever the width.</summary>
internal readonly unsafe record struct MaskedRow(float Threshold, float Scale, long Tiles, DropoutStream Stream)
{
    /// <summary>Whether anything is dropped at all.</summary>
    public bool IsOn => Threshold > 0;

    /// <summary>Draws of a row, rounded up to whole tiles: room that <see cref="Draw"/> needs.</summary>
    public int Draws => checked((int)Tiles * DropoutMask.DrawsPerTile);

    public static MaskedRow Of(double rate, DropoutStream stream, long width, Type storage)
    {
        var (threshold, scale) = storage == typeof(float) ? DropoutMask.ThresholdAndScale<float>(rate) : DropoutMask.ThresholdAndScale<ushort>(rate);
        return new(threshold, scale, (width + DropoutMask.DrawsPerTile - 1) / DropoutMask.DrawsPerTile, stream);
    }

    /// <summary>Writes the draws of one row: an element is kept where its draw reaches <see cref="Threshold"/>.</summary>
    public void Draw(long row, ushort* draws) =>
        Philox.Fill((ulong)((Stream.FirstRow + row) * Tiles) * Philox.BlocksPerTile, (int)Tiles, Stream.Counter, Stream.Seed, (ulong*)draws);
}
