namespace Inkstone.Batching;

/// <summary>A step's batches, ready for the model.</summary>
/// <param name="Rows">Row numbers of each batch.</param>
/// <param name="Batches">The same, packed.</param>
public sealed record LoadedStep(int[][] Rows, IReadOnlyList<LabelledBatch> Batches);

/// <summary>
/// Packs the batches of steps while earlier ones are trained on. Only plain numbers are made ahead: tensors belong to the thread that
/// trains.
/// </summary>
/// <param name="rows">What the row numbers mean.</param>
/// <param name="workers">Threads that pack, each one step ahead; 0 packs each step when it is asked for.</param>
public sealed class BatchLoader(EncodedRows rows, int workers)
{
    /// <summary>Packs steps in their order. Nothing runs any more when the enumeration ends.</summary>
    /// <param name="steps">Steps, each a list of batches, each a list of row numbers.</param>
    public IEnumerable<LoadedStep> Load(IEnumerable<int[][]> steps) =>
        Prefetch.InOrder(steps, step => new LoadedStep(step, Array.ConvertAll(step, batch => LabelledBatch.Of(rows, batch))), workers);
}
