using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Losses;
using Inkstone.Models;
using Inkstone.Recipes;
using Inkstone.Torch;
using Inkstone.Torch.Optim;

namespace Inkstone.Training;

/// <summary>What one optimizer step did.</summary>
/// <param name="Loss">Mean over the step's documents, class weights included, before the update.</param>
/// <param name="GradNorm">Norm of all gradients, before clipping.</param>
/// <param name="Documents">Rows seen.</param>
/// <param name="Tokens">Tokens computed, none of them padding.</param>
/// <param name="Slots">Places in attention's rectangles, chunks by longest chunk: what padded batches would compute everywhere.</param>
public readonly record struct StepResult(double Loss, double GradNorm, int Documents, int Tokens, int Slots)
{
    /// <summary>Whether float16 overflowed in the gradients under the loss's scale, so that weights and optimizer are as they were.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>Share of <see cref="Slots"/> that hold no token, 0 to 1.</summary>
    public double PaddingShare => Slots == 0 ? 0 : 1 - ((double)Tokens / Slots);
}

/// <summary>Forward, backward, update: the innermost part of training.</summary>
/// <param name="model">What learns.</param>
/// <param name="loss">What is minimised.</param>
/// <param name="optimizer">Over the model's parameters.</param>
/// <param name="maxGradNorm">Norm to clip all gradients to.</param>
/// <param name="placement">How batches come to the model's device.</param>
/// <param name="options">R-Drop, adversarial training, float16.</param>
/// <param name="scaler">Scales the loss; null: a new one where the options say <c>fp16</c>, or else none.</param>
/// <param name="mostTokens">Most tokens of a batch that are in memory with all their activations; see <see cref="Models.EncodingInParts"/>.</param>
internal sealed class TrainingStep(
    IDocumentClassifier model, DocumentLoss loss, AdamW optimizer, double maxGradNorm, BatchPlacement placement, TrainingOptions? options = null,
    GradScaler? scaler = null, int mostTokens = int.MaxValue)
{
    private readonly GradScaler? scaler = scaler ?? (options?.Fp16 == true ? new() : null);
    private readonly StepLoss stepLoss = new(model, loss, options?.RDrop ?? 0);
    private readonly AdversarialTraining? adversarial = options is null ? null : AdversarialTraining.For(model, options);
    private long microBatch;

    /// <summary>Scales the loss where the recipe computes in float16; otherwise null.</summary>
    public GradScaler? Scaler => scaler;

    /// <summary>What the next step depends on beside weights and optimizer.</summary>
    public void Keep(TrainingState state)
    {
        state.Keep("micro_batch", ref microBatch);
        if (scaler is not null)
        {
            var scaling = scaler.State;
            state.Keep("grad_scaler", ref scaling);
            scaler.State = scaling;
        }
    }

    /// <summary>Accumulates the gradients of <paramref name="batches"/> as if they were one batch, then updates once.</summary>
    public StepResult Run(IReadOnlyList<LabelledBatch> batches)
    {
        var weight = batches.Sum(batch => loss.WeightOf(batch.LabelIds)) is > 0 and var positive ? positive : 1;
        var documents = batches.Sum(batch => batch.LabelIds.Count);
        double lossSum = 0;
        var (tokens, slots) = (0, 0);
        foreach (var batch in batches)
        {
            using var scope = TensorScope.New();
            stepLoss.Begin(microBatch++);
            var packed = new PackedBatch(batch.Tokens, placement, mostTokens);
            var labels = placement.Place(Tensor.From<long>([.. batch.LabelIds.Select(id => (long)id)], batch.LabelIds.Count));

            lossSum += adversarial?.Backward(Share, scaler) ?? Backward(Share());
            tokens += batch.Tokens.TokenCount;
            slots += batch.Tokens.SlotCount;

            Tensor Share() => stepLoss.Of(packed, labels, weight, documents);
        }

        var norm = scaler?.ClipAndStep(optimizer, maxGradNorm) ?? optimizer.ClipAndStep(maxGradNorm);
        optimizer.ZeroGrad();
        return new(lossSum, norm, documents, tokens, slots) { IsSkipped = scaler is not null && !double.IsFinite(norm) };
    }

    private double Backward(Tensor share)
    {
        (scaler?.ScaleLoss(share) ?? share).Backward();
        return share.ToDouble();
    }
}
