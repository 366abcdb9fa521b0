namespace Inkstone.Text.Splitting;

/// <summary>Deals blocks out to folds: large blocks first, each to the fold that has the least of its classes.</summary>
internal static class FoldPlan
{
    /// <summary>The fold of each row, from 0.</summary>
    public static int[] Of(IReadOnlyList<SplitKey> rows, int folds, SplitOptions options)
    {
        var blocks = Blocks.Of(rows, options.Seed);
        if (folds < 2 || folds > blocks.Count)
        {
            throw new FoldCountException(folds, blocks.Count);
        }

        var (labels, count) = LabelNumbers.Of(rows, options.Stratify);
        double[] rowsOf = new double[count];
        foreach (int label in labels)
        {
            rowsOf[label]++;
        }

        int[,] dealt = new int[folds, count];
        int[] sizes = new int[folds];
        int[] foldOf = new int[rows.Count];
        foreach (int block in Enumerable.Range(0, blocks.Count).OrderByDescending(block => blocks[block].Length))
        {
            var counts = blocks.LabelsOf(block, labels);
            int fold = Enumerable.Range(0, folds).MinBy(fold => (counts.Sum(of => of.Rows * dealt[fold, of.Label] / rowsOf[of.Label]), sizes[fold], fold));
            foreach (var (label, number) in counts)
            {
                dealt[fold, label] += number;
                sizes[fold] += number;
            }

            foreach (int row in blocks[block])
            {
                foldOf[row] = fold;
            }
        }

        return foldOf;
    }
}
