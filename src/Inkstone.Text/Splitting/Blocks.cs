namespace Inkstone.Text.Splitting;

/// <summary>Rows parted into blocks that no split may cut: rows of one text, and of texts that a group ties together.</summary>
/// <remarks>Flat arrays instead of an object a block: most blocks hold one row, and there may be millions.</remarks>
internal sealed class Blocks
{
    private readonly int[] rows;     // row numbers, block by block
    private readonly int[] starts;   // where each block begins in rows, and the end

    private Blocks(int[] rows, int[] starts) => (this.rows, this.starts) = (rows, starts);

    /// <summary>How many there are.</summary>
    public int Count => starts.Length - 1;

    /// <summary>The rows of a block.</summary>
    public ReadOnlySpan<int> this[int block] => rows.AsSpan(starts[block]..starts[block + 1]);

    /// <summary>How many rows of each label a block has.</summary>
    public (int Label, int Rows)[] LabelsOf(int block, int[] labels)
    {
        var members = this[block];
        return members.Length == 1 ? [(labels[members[0]], 1)] : [.. members.ToArray().CountBy(row => labels[row]).Select(count => (count.Key, count.Value))];
    }

    /// <summary>Finds the blocks, in an order that the seed and the texts decide and the order of the rows does not touch.</summary>
    public static Blocks Of(IReadOnlyList<SplitKey> keys, ulong seed)
    {
        var texts = new UInt128[keys.Count];
        int[] rows = new int[keys.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            (texts[i], rows[i]) = (StableHash.Of(keys[i].Text, seed), i);
        }

        Array.Sort(texts, rows);
        if (TieGroups(keys, texts, rows) is { } leaders)
        {
            // Hashed again: the least of many hashes is small, and large blocks would all come first.
            texts = Array.ConvertAll(leaders, leader => StableHash.Of(texts[leader], seed));
            Array.Sort(texts, rows);
        }

        return new Blocks(rows, Starts(texts));
    }

    /// <summary>For each place of the sorted rows, the first place of its block; null where no group ties texts together.</summary>
    private static int[]? TieGroups(IReadOnlyList<SplitKey> keys, UInt128[] texts, int[] rows)
    {
        int[]? parent = null;
        var firstOfGroup = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int place = 0; place < rows.Length; place++)
        {
            if (keys[rows[place]].Group is { } group)
            {
                parent ??= [.. Enumerable.Range(0, rows.Length)];
                if (!firstOfGroup.TryAdd(group, place))
                {
                    Join(parent, firstOfGroup[group], place);
                }
            }
        }

        for (int place = 1; parent is not null && place < rows.Length; place++)
        {
            if (texts[place] == texts[place - 1])
            {
                Join(parent, place - 1, place);
            }
        }

        for (int place = 0; parent is not null && place < rows.Length; place++)
        {
            parent[place] = Find(parent, place);
        }

        return parent;
    }

    private static void Join(int[] parent, int left, int right)
    {
        (left, right) = (Find(parent, left), Find(parent, right));
        parent[Math.Max(left, right)] = Math.Min(left, right);
    }

    private static int Find(int[] parent, int place)
    {
        while (parent[place] != place)
        {
            place = parent[place] = parent[parent[place]];
        }

        return place;
    }

    private static int[] Starts(UInt128[] sorted) =>
        [.. Enumerable.Range(0, sorted.Length).Where(i => i == 0 || sorted[i] != sorted[i - 1]), sorted.Length];
}
