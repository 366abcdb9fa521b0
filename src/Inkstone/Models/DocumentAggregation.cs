using Inkstone.Recipes;
using Inkstone.Torch;

namespace Inkstone.Models;

/// <summary>Joins the logits of a document's chunks into the logits of the document.</summary>
public static class DocumentAggregation
{
    /// <summary>Aggregates neighbouring rows; a document of one chunk keeps its logits under every rule.</summary>
    /// <param name="chunkLogits"><c>[chunks, labels]</c>.</param>
    /// <param name="chunkCounts">Chunks of each document, in the rows' order.</param>
    /// <param name="aggregation">Mean, maximum or log-sum-exp over the chunks, class by class.</param>
    /// <returns><c>[documents, labels]</c>.</returns>
    public static Tensor Aggregate(Tensor chunkLogits, IReadOnlyList<int> chunkCounts, Aggregation aggregation)
    {
        if (chunkCounts.Count == chunkLogits.Size(0))
        {
            return chunkLogits;
        }

        var documents = chunkLogits.SplitWithSizes([.. chunkCounts.Select(count => (long)count)], 0);
        return Tensor.Stack(Array.ConvertAll(documents, chunks => Join(chunks, aggregation)), 0);
    }

    private static Tensor Join(Tensor chunks, Aggregation aggregation) => aggregation switch
    {
        Aggregation.Mean => chunks.Mean([0]),
        Aggregation.Max => chunks.Max(0).Values,
        Aggregation.Logsumexp => chunks.LogSumExp(0),
        _ => throw new ArgumentOutOfRangeException(nameof(aggregation), aggregation, null),
    };
}
