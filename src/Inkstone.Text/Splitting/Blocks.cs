namespace Inkstone.Text.Splitting;

/// <summary>Rows parted into blocks that no split may cut: rows of one text, and of texts that a group ties together.</summary>
/// <remarks>Flat arrays instead of an object a block: most blocks hold one row, and there may be millions.</remarks>
internal sealed class Blocks
{
    /// <summary>About how many rows are sorted at a time, 20 bytes each.</summary>
    private const int RowsInPart = 1 << 19;

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
        if (keys.Any(key => key.Group is not null))
        {
            return Tied(keys, seed);
        }

        int[] rows = new int[keys.Count];
        var starts = new List<int>(keys.Count + 1);
        int[] parts = new int[(keys.Count / RowsInPart) + 1];   // rows of each
        foreach (var key in keys)
        {
            parts[PartOf(StableHash.Of(key.Text, seed), parts.Length)]++;
        }

        var texts = new UInt128[parts.Max()];
        for (int part = 0, start = 0; part < parts.Length; start += parts[part], part++)
        {
            var sorted = texts.AsSpan(0, parts[part]);
            SortPart(keys, seed, part, parts.Length, sorted, rows.AsSpan(start, sorted.Length));
            AddStarts(sorted, start, starts);
        }

        return new Blocks(rows, [.. starts, rows.Length]);
    }

    /// <summary>Sorts the rows whose hashes lie in one part of all hashes: less memory than all hashes at a time.</summary>
    private static void SortPart(IReadOnlyList<SplitKey> keys, ulong seed, int part, int parts, Span<UInt128> texts, Span<int> rows)
    {
        int count = 0;
        int row = 0;
        foreach (var key in keys)
        {
            var text = StableHash.Of(key.Text, seed);
            if (PartOf(text, parts) == part)
            {
                (texts[count], rows[count]) = (text, row);
                count++;
            }

            row++;
        }

        texts.Sort(rows);
    }

    private static int PartOf(UInt128 text, int parts) => (int)Math.BigMul((ulong)(text >> 64), (ulong)parts, out _);

    private static Blocks Tied(IReadOnlyList<SplitKey> keys, ulong seed)
    {
        var texts = new UInt128[keys.Count];
        int[] rows = new int[keys.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            (texts[i], rows[i]) = (StableHash.Of(keys[i].Text, seed), i);
        }

        Array.Sort(texts, rows);
        int[] leaders = TieGroups(keys, texts, rows);

        // Hashed again: the least of many hashes is small, and large blocks would all come first.
        texts = Array.ConvertAll(leaders, leader => StableHash.Of(texts[leader], seed));
        Array.Sort(texts, rows);
        var starts = new List<int>();
        AddStarts(texts, 0, starts);
        return new Blocks(rows, [.. starts, rows.Length]);
    }

    /// <summary>For each place of the sorted rows, the first place of its block.</summary>
    private static int[] TieGroups(IReadOnlyList<SplitKey> keys, UInt128[] texts, int[] rows)
    {
        int[] parent = [.. Enumerable.Range(0, rows.Length)];
        int[] placeOf = new int[rows.Length];
        for (int place = 0; place < rows.Length; place++)
        {
            placeOf[rows[place]] = place;
        }

        var someOfGroup = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int row = 0; row < rows.Length; row++)
        {
            if (keys[row].Group is { } group && !someOfGroup.TryAdd(group, placeOf[row]))
            {
                Join(parent, someOfGroup[group], placeOf[row]);
            }
        }

        for (int place = 1; place < rows.Length; place++)
        {
            if (texts[place] == texts[place - 1])
            {
                Join(parent, place - 1, place);
            }
        }

        for (int place = 0; place < rows.Length; place++)
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

    private static void AddStarts(ReadOnlySpan<UInt128> sorted, int first, List<int> starts)
    {
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1])
            {
                starts.Add(first + i);
            }
        }
    }
}
