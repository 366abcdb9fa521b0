using Inkstone.Batching;

namespace Inkstone.Pretraining.Corpus;

/// <summary>Spreads pieces over batches so that all have nearly the same number of tokens, and the same mixture of long and short.</summary>
/// <remarks>The longest piece first, each into the batch that has least (Graham 1969, doi:10.1137/0117039).</remarks>
internal static class EvenBatches
{
    /// <summary>Fills batches.</summary>
    /// <param name="pieces">In the order that chance gave them.</param>
    /// <param name="count">Batches; not more than there are pieces.</param>
    /// <param name="random">Orders the batches.</param>
    public static PieceEntry[][] Fill(PieceEntry[] pieces, int count, SeededRandom random)
    {
        // Lengths differ less than places, so that equal ones stay in the order that chance gave them.
        var byLength = new ulong[pieces.Length];
        for (var index = 0; index < pieces.Length; index++)
        {
            byLength[index] = ((ulong)(ushort)~pieces[index].Tokens << 32) | (uint)index;
        }

        Array.Sort(byLength);
        var batches = new List<PieceEntry>[count];
        var least = new PriorityQueue<int, (long Tokens, int Batch)>(count);
        for (var batch = 0; batch < count; batch++)
        {
            batches[batch] = new(pieces.Length / count + 8);
            least.Enqueue(batch, (0, batch));
        }

        foreach (var next in byLength)
        {
            var piece = pieces[(uint)next];
            least.TryPeek(out var batch, out var load);
            batches[batch].Add(piece);
            least.DequeueEnqueue(batch, (load.Tokens + piece.TokensInBatch, batch));
        }

        var filled = Array.ConvertAll(batches, batch => batch.ToArray());
        random.Shuffle<PieceEntry[]>(filled);
        return filled;
    }
}
