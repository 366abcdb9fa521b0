using Inkstone.Batching;
using Inkstone.Recipes;

namespace Inkstone.Training;

/// <summary>All optimizer steps of a run, known before the first one: epochs of steps of batches of rows.</summary>
internal sealed class StepPlan
{
    private readonly Func<int, IReadOnlyList<int[]>> batchesOf;
    private readonly int accumulation;
    private readonly List<int> stepsOfWholeEpoch = [];

    public StepPlan(EncodedRows rows, TrainingOptions options)
    {
        batchesOf = epoch => EpochPlan.Create(rows.TokenCounts, rows.LabelIds, options, epoch);
        accumulation = options.GradientAccumulationSteps;
        StepsOfEpoch = StepCounts(options);
        TotalSteps = StepsOfEpoch.Sum(steps => (long)steps);
    }

    /// <summary>Steps in each epoch; a short last group of batches still makes a step, and <c>max_steps</c> may cut the last epoch.</summary>
    public IReadOnlyList<int> StepsOfEpoch { get; }

    public long TotalSteps { get; }

    /// <summary>The epoch (0-based) in which the step after so many steps lies; the number of epochs where none is left.</summary>
    public int EpochAfter(long steps)
    {
        var epoch = 0;
        while (epoch < StepsOfEpoch.Count && StepsBefore(epoch + 1) <= steps)
        {
            epoch++;
        }

        return epoch;
    }

    /// <summary>Steps of the run before an epoch (0-based) begins.</summary>
    public long StepsBefore(int epoch) => StepsOfEpoch.Take(epoch).Sum(steps => (long)steps);

    /// <summary>The steps of an epoch, each a list of batches, each a list of row numbers.</summary>
    /// <param name="epoch">0-based.</param>
    /// <param name="from">Steps of it that are done already: the rest is the same, whether they were made in this run or in another.</param>
    public IEnumerable<int[][]> Steps(int epoch, int from = 0) => batchesOf(epoch).Chunk(accumulation).Take(StepsOfEpoch[epoch]).Skip(from);

    /// <summary>Epochs done after so many steps of an epoch (0-based), with their fraction.</summary>
    public double EpochsAfter(int epoch, int steps) => epoch + ((double)steps / stepsOfWholeEpoch[epoch]);

    private List<int> StepCounts(TrainingOptions options)
    {
        var counts = new List<int>();
        long total = 0;
        var limit = options.MaxSteps ?? long.MaxValue;
        for (var epoch = 0; options.MaxSteps is null ? epoch < options.NumTrainEpochs : total < limit; epoch++)
        {
            var steps = (batchesOf(epoch).Count + accumulation - 1) / accumulation;
            stepsOfWholeEpoch.Add(steps);
            counts.Add((int)Math.Min(steps, limit - total));
            total += counts[^1];
        }

        return counts;
    }
}
