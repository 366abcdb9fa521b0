using Inkstone.Text.Corpora;

namespace Inkstone.Text.Splitting;

/// <summary>How training rows are parted.</summary>
public sealed record SplitOptions
{
    /// <summary>The share of rows that goes to validation, at least 0 and less than 1. Default 0.1.</summary>
    public double ValidationSplit { get; init; } = 0.1;

    /// <summary>Whether every class is parted by itself, so that both sides have its share. Default true.</summary>
    public bool Stratify { get; init; } = true;

    /// <summary>Another seed gives another split. Default 42.</summary>
    public ulong Seed { get; init; } = 42;
}

/// <summary>The two sides of a split, each in input order.</summary>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Validation">Rows to choose the best epoch by.</param>
public sealed record TrainValidation(IReadOnlyList<Row> Train, IReadOnlyList<Row> Validation);

/// <summary>Parts training rows into train and validation.</summary>
/// <remarks>
/// The place of a row depends on the seed and on which texts and labels there are, not on their order. Rows with the same text
/// are one group and stay together, also where their labels differ; such a group counts for its rarest label. Inside a class the groups are
/// ordered by <see cref="StableHash"/> and go to validation until its share is reached; classes share the rows by largest remainder. A class
/// of two or more groups has at least one on each side; a class of one group trains. Without stratifying, all rows are one class.
/// </remarks>
public static class Splitter
{
    /// <summary>Splits rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is negative, not a number, or 1 or more.</exception>
    public static TrainValidation Split(IReadOnlyList<Row> rows, SplitOptions options)
    {
        if (options.ValidationSplit is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), FormattableString.Invariant(
                $"data.validation_split must be at least 0 and less than 1, but is {options.ValidationSplit}; 0.1 is usual, and 0 splits nothing."));
        }

        if (options.ValidationSplit == 0)
        {
            return new TrainValidation(rows, []);
        }

        var validation = new HashSet<TextKey>();
        var strata = Strata(rows, options);
        foreach (var (stratum, target) in strata.Zip(Targets(strata, options.ValidationSplit)))
        {
            validation.UnionWith(Choose(stratum, target));
        }

        return new TrainValidation(
            [.. rows.Where(row => !validation.Contains(TextKey.Of(row)))],
            [.. rows.Where(row => validation.Contains(TextKey.Of(row)))]);
    }

    /// <summary>Groups of each class, classes and groups in an order that the input's order does not touch.</summary>
    private static List<List<Group>> Strata(IReadOnlyList<Row> rows, SplitOptions options)
    {
        var rowsOf = rows.CountBy(row => row.Label ?? "").ToDictionary();
        var groups = new Dictionary<TextKey, Group>();
        foreach (var row in rows)
        {
            var key = TextKey.Of(row);
            string label = options.Stratify ? row.Label ?? "" : "";
            if (!groups.TryGetValue(key, out var group))
            {
                groups.Add(key, group = new Group(key, StableHash.Of(key.Text, key.TextPair, options.Seed), label));
            }

            group.Rows++;
            int rarer = rowsOf.GetValueOrDefault(label) - rowsOf.GetValueOrDefault(group.Label);
            if (rarer < 0 || (rarer == 0 && string.CompareOrdinal(label, group.Label) < 0))
            {
                group.Label = label;
            }
        }

        return [.. groups.Values
            .GroupBy(group => group.Label)
            .OrderBy(stratum => stratum.Key, StringComparer.Ordinal)
            .Select(stratum => stratum
                .OrderBy(group => group.Hash)
                .ThenBy(group => group.Key.Text, StringComparer.Ordinal)
                .ThenBy(group => group.Key.TextPair, StringComparer.Ordinal)
                .ToList())];
    }

    /// <summary>How many rows of each class go to validation: the whole number is shared out by largest remainder.</summary>
    private static int[] Targets(List<List<Group>> strata, double share)
    {
        double[] exact = [.. strata.Select(stratum => share * stratum.Sum(group => group.Rows))];
        int[] targets = [.. exact.Select(rows => (int)Math.Floor(rows))];
        int missing = (int)Math.Round(exact.Sum(), MidpointRounding.AwayFromZero) - targets.Sum();
        foreach (int stratum in Enumerable.Range(0, exact.Length).OrderByDescending(i => exact[i] - targets[i]).Take(missing))
        {
            targets[stratum]++;
        }

        return targets;
    }

    private static List<TextKey> Choose(List<Group> stratum, int target)
    {
        var chosen = new List<TextKey>();
        if (stratum.Count < 2)
        {
            return chosen;
        }

        int rows = 0;
        foreach (var group in stratum)
        {
            if (rows + group.Rows <= target && chosen.Count < stratum.Count - 1)
            {
                chosen.Add(group.Key);
                rows += group.Rows;
            }
        }

        if (chosen.Count == 0)
        {
            chosen.Add(stratum.MinBy(group => group.Rows)!.Key);
        }

        return chosen;
    }

    /// <summary>Rows of the same text.</summary>
    private sealed class Group(TextKey key, ulong hash, string label)
    {
        public TextKey Key { get; } = key;

        public ulong Hash { get; } = hash;

        public string Label { get; set; } = label;

        public int Rows { get; set; }
    }
}
