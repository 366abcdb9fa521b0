using Inkstone.Recipes;

namespace Inkstone.Batching;

/// <summary>Which rows an epoch sees, and in which order. A function of seed and epoch alone.</summary>
internal static class Sampling
{
    public static int[] Rows(IReadOnlyList<int> labelIds, TrainingOptions options, SeededRandom random)
    {
        var rows = options.Sampler switch
        {
            Sampler.Random => [.. Enumerable.Range(0, labelIds.Count)],
            Sampler.Weighted => Balanced(labelIds, random),
            Sampler.Downsample => Downsampled(labelIds, random),
            _ => throw new InvalidOperationException($"No such sampler: {options.Sampler}."),
        };
        if (options.Shuffle)
        {
            random.Shuffle<int>(rows);
        }
        else
        {
            Array.Sort(rows);
        }

        return rows;
    }

    /// <summary>As many draws as rows, with replacement, every class equally likely (torch's WeightedRandomSampler).</summary>
    private static int[] Balanced(IReadOnlyList<int> labelIds, SeededRandom random)
    {
        var classes = RowsOfClasses(labelIds);
        var draws = new int[labelIds.Count];
        for (var draw = 0; draw < draws.Length; draw++)
        {
            var rows = classes[random.Next(classes.Length)];
            draws[draw] = rows[random.Next(rows.Length)];
        }

        return draws;
    }

    /// <summary>As many rows of each class as the rarest has, chosen anew each epoch.</summary>
    private static int[] Downsampled(IReadOnlyList<int> labelIds, SeededRandom random)
    {
        var classes = RowsOfClasses(labelIds);
        var rarest = classes.Min(rows => rows.Length);
        foreach (var rows in classes)
        {
            random.Shuffle<int>(rows);
        }

        return [.. classes.SelectMany(rows => rows.Take(rarest))];
    }

    private static int[][] RowsOfClasses(IReadOnlyList<int> labelIds) =>
        [.. Enumerable.Range(0, labelIds.Count).GroupBy(row => labelIds[row]).OrderBy(rows => rows.Key).Select(rows => rows.ToArray())];
}
