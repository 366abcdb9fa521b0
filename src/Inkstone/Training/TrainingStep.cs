using Inkstone.Batching;
using Inkstone.Losses;
using Inkstone.Models;
using Inkstone.Torch;
using Inkstone.Torch.Optim;

namespace Inkstone.Training;

/// <summary>What one optimizer step did.</summary>
/// <param name="Loss">Mean over the step's documents, before the update.</param>
/// <param name="GradNorm">Norm of all gradients, before clipping.</param>
/// <param name="Documents">Rows seen.</param>
/// <param name="Tokens">Tokens computed, none of them padding.</param>
public readonly record struct StepResult(double Loss, double GradNorm, int Documents, int Tokens);

/// <summary>Forward, backward, update: the innermost part of training.</summary>
internal sealed class TrainingStep(IDocumentClassifier model, DocumentLoss loss, AdamW optimizer, double maxGradNorm)
{
    private long microBatch;

    /// <summary>Accumulates the gradients of <paramref name="batches"/>, every row weighing the same, then updates once.</summary>
    public StepResult Run(IReadOnlyList<LabeledDocument[]> batches)
    {
        var documents = batches.Sum(batch => batch.Length);
        double lossSum = 0;
        var tokens = 0;
        foreach (var batch in batches)
        {
            using var scope = TensorScope.New();
            model.Context.Dropout.MicroBatch = microBatch++;
            var packed = new PackedBatch([.. batch.Select(row => row.Document)], model.Context.Device);
            var labels = Tensor.From<long>([.. batch.Select(row => (long)row.LabelId)], batch.Length).To(model.Context.Device);

            var share = (double)batch.Length / documents;
            var weighted = loss.Forward(model.Forward(packed).Documents, labels) * share;
            weighted.Backward();

            lossSum += weighted.ToDouble();
            tokens += packed.TokenCount;
        }

        var norm = optimizer.ClipAndStep(maxGradNorm);
        optimizer.ZeroGrad();
        return new(lossSum, norm, documents, tokens);
    }
}
