namespace Inkstone.Text.Splitting;

/// <summary>Labels as numbers in ordinal order, so that nothing depends on which row came first.</summary>
internal static class LabelNumbers
{
    /// <summary>The number of each row's label, and how many numbers there are. Without stratifying, all rows have number 0.</summary>
    public static (int[] OfRow, int Count) Of(IReadOnlyList<SplitKey> rows, bool stratify)
    {
        if (!stratify)
        {
            return (new int[rows.Count], 1);
        }

        var names = rows.Select(row => row.Label ?? "").Distinct().Order(StringComparer.Ordinal).Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
        int[] numbers = new int[rows.Count];
        for (int row = 0; row < numbers.Length; row++)
        {
            numbers[row] = names[rows[row].Label ?? ""];
        }

        return (numbers, names.Count);
    }
}
