using Inkstone.Batching;
using Inkstone.Models.Bert;
using Inkstone.Pretraining.Masks;
using Inkstone.Torch;
using Inkstone.Torch.Nn;
using Inkstone.Torch.Optim;

namespace Inkstone.Pretraining;

/// <summary>What one step did.</summary>
/// <param name="Loss">Mean over the hidden tokens, before the update.</param>
/// <param name="GradNorm">Norm of all gradients, before clipping.</param>
/// <param name="Tokens">Tokens computed.</param>
internal readonly record struct PretrainStepResult(double Loss, double GradNorm, int Tokens)
{
    public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(GradNorm);
}

/// <summary>Guess the hidden words, compare, update: the innermost part of pre-training.</summary>
internal sealed class PretrainStep(BertForMaskedLM model, ModelContext context, AdamW optimizer)
{
    private const double MaxGradNorm = 1;

    private readonly BatchPlacement placement = BatchPlacement.For(context.Device, pinMemory: null);

    /// <summary>Updates the weights once.</summary>
    /// <param name="batch">Texts with hidden words.</param>
    /// <param name="step">Steps before this one: chance of dropout.</param>
    public PretrainStepResult Run(MaskedBatch batch, long step)
    {
        context.Dropout.MicroBatch = step;
        using var scope = TensorScope.New();
        var rows = placement.Place(Tensor.From<long>(batch.Rows, batch.Rows.Length));
        var words = placement.Place(Tensor.From<long>(batch.Words, batch.Words.Length));
        var loss = model.Loss(new PackedBatch(batch.Tokens, placement), rows, words);
        loss.Backward();
        var norm = optimizer.ClipAndStep(MaxGradNorm);
        optimizer.ZeroGrad();
        return new(loss.ToDouble(), norm, batch.Tokens.TokenCount);
    }
}
