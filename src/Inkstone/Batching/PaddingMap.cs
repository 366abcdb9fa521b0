using Inkstone.Torch;

namespace Inkstone.Batching;

/// <summary>Carries packed rows <c>[tokens, …]</c> to a padded rectangle <c>[chunks · longest, …]</c> and back.</summary>
internal sealed class PaddingMap
{
    private readonly Tensor toPadded;   // [chunks · longest]: the packed row of each slot, 0 where the slot is padding
    private readonly Tensor toPacked;   // [tokens]: the slot of each packed row

    public PaddingMap(PaddingLayout layout, BatchPlacement placement)
    {
        toPadded = placement.Place(Tensor.From<long>(layout.RowOfSlot, layout.RowOfSlot.Length));
        toPacked = placement.Place(Tensor.From<long>(layout.SlotOfRow, layout.SlotOfRow.Length));
        AttentionBias = placement.Place(Tensor.From<float>(layout.Bias, layout.Chunks, 1, 1, layout.Longest));
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
