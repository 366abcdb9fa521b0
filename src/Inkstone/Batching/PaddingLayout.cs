namespace Inkstone.Batching;

/// <summary>Where packed rows lie in the rectangle of chunks by longest chunk, as plain numbers.</summary>
internal sealed class PaddingLayout
{
    public PaddingLayout(int[] lengths, int longest)
    {
        (Chunks, Longest) = (lengths.Length, longest);
        RowOfSlot = new long[lengths.Length * longest];
        SlotOfRow = new long[lengths.Sum()];
        Bias = new float[RowOfSlot.Length];
        var row = 0;
        for (var chunk = 0; chunk < lengths.Length; chunk++)
        {
            var first = chunk * longest;
            Bias.AsSpan(first + lengths[chunk], longest - lengths[chunk]).Fill(float.MinValue);
            for (var position = 0; position < lengths[chunk]; position++, row++)
            {
                RowOfSlot[first + position] = row;
                SlotOfRow[row] = first + position;
            }
        }
    }

    public int Chunks { get; }

    public int Longest { get; }

    /// <summary>The packed row of each slot, 0 where the slot is padding; <c>[chunks · longest]</c>.</summary>
    public long[] RowOfSlot { get; }

    /// <summary>The slot of each packed row; <c>[tokens]</c>.</summary>
    public long[] SlotOfRow { get; }

    /// <summary>0 for a token, the lowest float for padding; <c>[chunks · longest]</c>.</summary>
    public float[] Bias { get; }
}
