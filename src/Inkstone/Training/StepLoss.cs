using Inkstone.Batching;
using Inkstone.Losses;
using Inkstone.Models;
using Inkstone.Torch;

namespace Inkstone.Training;

/// <summary>A batch's part of a step's loss, from as many passes through the model as the recipe wants.</summary>
/// <param name="model">The classifier.</param>
/// <param name="loss">What is minimised of one pass.</param>
/// <param name="rDrop">Weight of the divergence between two passes; 0 makes one pass.</param>
internal sealed class StepLoss(IDocumentClassifier model, DocumentLoss loss, double rDrop)
{
    // Odd, so that every pass of a micro-batch has its own key of the dropout generator, and the first has the run's.
    private const ulong NextPass = 0x9E3779B97F4A7C15;

    private ulong pass;

    /// <summary>Begins a batch; each of its passes draws other masks.</summary>
    public void Begin(long microBatch)
    {
        model.Context.Dropout.MicroBatch = microBatch;
        pass = 0;
    }

    /// <summary>The batch's share: its rows' losses over the step's weight, and with R-Drop the rows' divergences over the step's documents.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="labels">Its classes, int64 <c>[documents]</c>.</param>
    /// <param name="weight">What all rows of the step weigh together.</param>
    /// <param name="documents">Rows of the step.</param>
    /// <returns>A float32 scalar.</returns>
    public Tensor Of(PackedBatch batch, Tensor labels, double weight, int documents)
    {
        var first = Forward(batch);
        var share = Sum(first, labels) / weight;
        if (rDrop == 0)
        {
            return share;
        }

        var second = Forward(batch);
        return ((share + (Sum(second, labels) / weight)) / 2) + (SymmetricDivergence(first.Documents, second.Documents) * (rDrop / documents));
    }

    /// <summary>½ (KL(p‖q) + KL(q‖p)), summed over the rows: ½ Σ (p − q)(log p − log q).</summary>
    internal static Tensor SymmetricDivergence(Tensor left, Tensor right)
    {
        var (logP, logQ) = (left.LogSoftmax(-1), right.LogSoftmax(-1));
        return ((logP.Exp() - logQ.Exp()) * (logP - logQ)).Sum() * 0.5;
    }

    private Tensor Sum(DocumentLogits logits, Tensor labels)
    {
        var sum = loss.Sum(logits.DropoutSamples[0], labels);
        foreach (var sample in logits.DropoutSamples.Skip(1))
        {
            sum += loss.Sum(sample, labels);
        }

        return logits.DropoutSamples.Count == 1 ? sum : sum / logits.DropoutSamples.Count;
    }

    private DocumentLogits Forward(PackedBatch batch)
    {
        var dropout = model.Context.Dropout;
        var seed = dropout.Seed;
        dropout.Seed = seed ^ (pass++ * NextPass);
        try
        {
            return model.Forward(batch);
        }
        finally
        {
            dropout.Seed = seed;
        }
    }
}
