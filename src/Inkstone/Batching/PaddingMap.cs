using Inkstone.Torch;

namespace Inkstone.Batching;

/// <summary>Carries packed rows <c>[tokens, …]</c> to a padded rectangle <c>[chunks · longest, …]</c> and back.</summary>
internal sealed class PaddingMap
{
    private readonly Tensor toPadded;   // [chunks · longest]: the packed row of each slot, 0 where the slot is padding
    private readonly Tensor toPacked;   // [tokens]: the slot of each packed row

    public PaddingMap(IReadOnlyList<int> lengths, int longest, Device device)
    {
        var slots = lengths.Count * longest;
        var rowOfSlot = new long[slots];
        var slotOfRow = new long[lengths.Sum()];
        var bias = new float[slots];
        var row = 0;
        for (var chunk = 0; chunk < lengths.Count; chunk++)
        {
            var first = chunk * longest;
            bias.AsSpan(first + lengths[chunk], longest - lengths[chunk]).Fill(float.MinValue);
            for (var position = 0; position < lengths[chunk]; position++, row++)
            {
                rowOfSlot[first + position] = row;
                slotOfRow[row] = first + position;
            }
        }

        toPadded = Tensor.From<long>(rowOfSlot, slots).To(device);
        toPacked = Tensor.From<long>(slotOfRow, slotOfRow.Length).To(device);
        AttentionBias = Tensor.From<float>(bias, lengths.Count, 1, 1, longest).To(device);
    }

    /// <summary>Added to attention scores: 0 for a token, the lowest float for padding; float32 <c>[chunks, 1, 1, longest]</c>.</summary>
    public Tensor AttentionBias { get; }

    /// <summary><c>[tokens, width]</c> to <c>[chunks · longest, width]</c>; what stands in padding is never read.</summary>
    public Tensor Pad(Tensor packed) => new RowGather(toPadded, toPacked, fillsAllRows: true).Apply(packed)[0];

    /// <summary><c>[chunks · longest, width]</c> to <c>[tokens, width]</c>.</summary>
    public Tensor Unpad(Tensor padded) => new RowGather(toPacked, toPadded, fillsAllRows: false).Apply(padded)[0];

    /// <summary>
    /// Row selection whose gradient is a selection too. The gradient of aten's own would add row by row, in one thread,
    /// because it cannot know that no row counts twice.
    /// </summary>
    private sealed class RowGather(Tensor forward, Tensor inverse, bool fillsAllRows) : AutogradFunction
    {
        private static readonly Operator IndexCopy = Operator.Find("aten::index_copy");

        protected override Tensor[] Forward(Tensor[] inputs) => [inputs[0].IndexSelect(0, forward)];

        protected override Tensor?[] Backward(Tensor[] gradOutputs) => fillsAllRows
            ? [gradOutputs[0].IndexSelect(0, inverse)]
            : [IndexCopy.Call(Tensor.Zeros([inverse.Size(0), gradOutputs[0].Size(1)], gradOutputs[0].DType, gradOutputs[0].Device), 0, forward, gradOutputs[0])];
    }
}
