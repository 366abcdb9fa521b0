using System.Collections;

namespace Inkstone.Batching;

/// <summary>Row numbers cut into batches. A batch becomes a list of its own when it is asked for: millions of rows are one array.</summary>
/// <param name="rows">The row numbers.</param>
/// <param name="batches">Where in them each batch begins and ends.</param>
internal sealed class CutRows(int[] rows, (int First, int End)[] batches) : IReadOnlyList<int[]>
{
    /// <inheritdoc/>
    public int Count => batches.Length;

    /// <inheritdoc/>
    public int[] this[int index] => rows[batches[index].First..batches[index].End];

    /// <summary>Puts the batches into a random order.</summary>
    public void Shuffle(SeededRandom random) => random.Shuffle<(int First, int End)>(batches);

    /// <inheritdoc/>
    public IEnumerator<int[]> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
