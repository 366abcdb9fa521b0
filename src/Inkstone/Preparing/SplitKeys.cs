using System.Collections;
using Inkstone.Text.Splitting;

namespace Inkstone.Preparing;

/// <summary>What splitting looks at in some rows, read from where they lie: for one thread, in about their order.</summary>
internal sealed class SplitKeys(EncodedFile file, int[] numbers) : IReadOnlyList<SplitKey>
{
    private readonly RowTable<EncodedRow>.Cursor rows = file.Rows.InOrder();

    /// <inheritdoc/>
    public int Count => numbers.Length;

    /// <inheritdoc/>
    public SplitKey this[int index]
    {
        get
        {
            ref readonly var row = ref rows[numbers[index]];
            return new(row.Text, row.Label < 0 ? null : file.Header.Labels[row.Label], row.Group < 0 ? null : file.Header.Groups[row.Group]);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<SplitKey> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
