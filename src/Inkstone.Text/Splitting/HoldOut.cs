namespace Inkstone.Text.Splitting;

/// <summary>Chooses the blocks that are held out of training.</summary>
internal sealed class HoldOut
{
    private readonly Blocks blocks;
    private readonly int[] labels;         // of each row
    private readonly int[] targets;        // of each label: rows that are to be held out
    private readonly int[] heldOut;        // of each label: rows that are
    private readonly int[] blocksLeft;     // of each label: blocks with it that train
    private readonly int[] blocksHeld;     // of each label: blocks with it that are held out
    private readonly bool[] isChosen;      // of each block
    private readonly int parts;            // that the blocks held out are for

    /// <param name="rows">The rows.</param>
    /// <param name="share">How much of them is held out.</param>
    /// <param name="options">Seed and stratifying.</param>
    /// <param name="parts">Parts that will share what is held out: each class holds out so many blocks, if it has more.</param>
    public HoldOut(IReadOnlyList<SplitKey> rows, double share, SplitOptions options, int parts = 1)
    {
        this.parts = parts;
        blocks = Blocks.Of(rows, options.Seed);
        (labels, int count) = LabelNumbers.Of(rows, options.Stratify);
        targets = Targets(labels, count, share);
        heldOut = new int[count];
        blocksLeft = new int[count];
        blocksHeld = new int[count];
        isChosen = new bool[blocks.Count];
        for (int block = 0; block < blocks.Count; block++)
        {
            foreach (var (label, _) in blocks.LabelsOf(block, labels))
            {
                blocksLeft[label]++;
            }
        }
    }

    /// <summary>For each row, whether it is held out.</summary>
    public bool[] Choose()
    {
        for (int block = 0; block < blocks.Count; block++)
        {
            var counts = blocks.LabelsOf(block, labels);
            if (Approaches(counts) && LeavesSomeToTrain(counts))
            {
                Take(block, counts);
            }
        }

        for (int label = 0; label < targets.Length; label++)
        {
            while (blocksHeld[label] < parts && blocksLeft[label] > 1 && SmallestWith(label) is { } block)
            {
                Take(block, blocks.LabelsOf(block, labels));
            }
        }

        bool[] chosen = new bool[labels.Length];
        foreach (int block in Enumerable.Range(0, blocks.Count).Where(block => isChosen[block]))
        {
            foreach (int row in blocks[block])
            {
                chosen[row] = true;
            }
        }

        return chosen;
    }

    /// <summary>How many rows of each label are to be held out: the whole number is shared out by largest remainder.</summary>
    private static int[] Targets(int[] labels, int count, double share)
    {
        double[] exact = new double[count];
        foreach (var (label, rows) in labels.CountBy(label => label))
        {
            exact[label] = share * rows;
        }

        int[] targets = [.. exact.Select(rows => (int)Math.Floor(rows))];
        int missing = (int)Math.Round(exact.Sum(), MidpointRounding.AwayFromZero) - targets.Sum();
        foreach (int label in Enumerable.Range(0, count).OrderByDescending(i => exact[i] - targets[i]).Take(missing))
        {
            targets[label]++;
        }

        return targets;
    }

    /// <summary>Whether the classes of a block come nearer to their targets, each distance relative to the target.</summary>
    private bool Approaches((int Label, int Rows)[] counts)
    {
        double change = 0;
        foreach (var (label, rows) in counts)
        {
            double missing = targets[label] - heldOut[label];
            change += rows * (rows - (2 * missing)) / Math.Max(targets[label], 1);
        }

        return change < 0;
    }

    private bool LeavesSomeToTrain((int Label, int Rows)[] counts) => Array.TrueForAll(counts, count => blocksLeft[count.Label] > 1);

    private int? SmallestWith(int label)
    {
        int? smallest = null;
        for (int block = 0; block < blocks.Count; block++)
        {
            if (!isChosen[block] && (smallest is null || blocks[block].Length < blocks[smallest.Value].Length)
                && blocks.LabelsOf(block, labels) is var counts && Array.Exists(counts, count => count.Label == label) && LeavesSomeToTrain(counts))
            {
                smallest = block;
            }
        }

        return smallest;
    }

    private void Take(int block, (int Label, int Rows)[] counts)
    {
        isChosen[block] = true;
        foreach (var (label, rows) in counts)
        {
            heldOut[label] += rows;
            blocksLeft[label]--;
            blocksHeld[label]++;
        }
    }
}
