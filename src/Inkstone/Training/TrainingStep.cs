using Inkstone.Batching;
using Inkstone.Losses;
using Inkstone.Models;
using Inkstone.Torch;
using Inkstone.Torch.Optim;

namespace Inkstone.Training;

/// <summary>What one optimizer step did.</summary>
/// <param name="Loss">Mean over the step's documents, class weights included, before the update.</param>
/// <param name="GradNorm">Norm of all gradients, before clipping.</param>
/// <param name="Documents">Rows seen.</param>
/// <param name="Tokens">Tokens computed, none of them padding.</param>
public readonly record struct StepResult(double Loss, double GradNorm, int Documents, int Tokens);

/// <summary>Forward, backward, update: the innermost part of training.</summary>
internal sealed class TrainingStep(IDocumentClassifier model, DocumentLoss loss, AdamW optimizer, double maxGradNorm)
{
    private long microBatch;

    /// <summary>Accumulates the gradients of <paramref name="batches"/> as if they were one batch, then updates once.</summary>
    public StepResult Run(IReadOnlyList<LabeledDocument[]> batches)
    {
        var weight = batches.Sum(batch => loss.WeightOf(batch.Select(row => row.LabelId)));
        double lossSum = 0;
        var tokens = 0;
        foreach (var batch in batches)
        {
            using var scope = TensorScope.New();
            model.Context.Dropout.MicroBatch = microBatch++;
            var packed = new PackedBatch([.. batch.Select(row => row.Document)], model.Context.Device);
            var labels = Tensor.From<long>([.. batch.Select(row => (long)row.LabelId)], batch.Length).To(model.Context.Device);

            var share = loss.Sum(model.Forward(packed).Documents, labels) / (weight > 0 ? weight : 1);
            share.Backward();

            lossSum += share.ToDouble();
            tokens += packed.TokenCount;
        }

        var norm = optimizer.ClipAndStep(maxGradNorm);
        optimizer.ZeroGrad();
        return new(lossSum, norm, batches.Sum(batch => batch.Length), tokens);
    }
}
