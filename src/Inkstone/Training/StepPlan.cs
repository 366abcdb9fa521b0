using System.Globalization;
using Inkstone.Batching;
using Inkstone.Recipes;

namespace Inkstone.Training;

/// <summary>All optimizer steps of a run, known before the first one: epochs of steps of batches of rows.</summary>
internal sealed class StepPlan
{
    private readonly Func<int, IReadOnlyList<int[]>> batchesOf;
    private readonly TrainingOptions options;
    private readonly int rowCount;
    private readonly int accumulation;
    private readonly List<int> stepsOfWholeEpoch = [];
    private readonly long[] stepsBefore;   // of each epoch, and of the end

    public StepPlan(EncodedRows rows, TrainingOptions options)
    {
        batchesOf = epoch => EpochPlan.Create(rows.TokenCounts, rows.LabelIds, options, epoch);
        (this.options, rowCount, accumulation) = (options, rows.Count, options.GradientAccumulationSteps);
        StepsOfEpoch = StepCounts();
        stepsBefore = new long[StepsOfEpoch.Count + 1];
        for (var epoch = 0; epoch < StepsOfEpoch.Count; epoch++)
        {
            stepsBefore[epoch + 1] = stepsBefore[epoch] + StepsOfEpoch[epoch];
        }
    }

    /// <summary>Steps in each epoch; a short last group of batches still makes a step, and <c>max_steps</c> may cut the last epoch.</summary>
    public IReadOnlyList<int> StepsOfEpoch { get; }

    public long TotalSteps => stepsBefore[^1];

    /// <summary>The epoch (0-based) in which the step after so many steps lies; the number of epochs where none is left.</summary>
    public int EpochAfter(long steps)
    {
        // Every epoch has a step, so no number stands twice.
        var found = Array.BinarySearch(stepsBefore, steps);
        return Math.Clamp(found >= 0 ? found : ~found - 1, 0, StepsOfEpoch.Count);
    }

    /// <summary>Steps of the run before an epoch (0-based) begins.</summary>
    public long StepsBefore(int epoch) => stepsBefore[epoch];

    /// <summary>The steps of an epoch, each a list of batches, each a list of row numbers.</summary>
    /// <param name="epoch">0-based.</param>
    /// <param name="from">Steps of it that are done already: the rest is the same, whether they were made in this run or in another.</param>
    public IEnumerable<int[][]> Steps(int epoch, int from = 0) => batchesOf(epoch).Chunk(accumulation).Take(StepsOfEpoch[epoch]).Skip(from);

    /// <summary>Epochs done after so many steps of an epoch (0-based), with their fraction.</summary>
    public double EpochsAfter(int epoch, int steps) => epoch + ((double)steps / stepsOfWholeEpoch[epoch]);

    /// <summary>A sentence for each setting that is more than the run has room for: it works, though hardly as it was meant.</summary>
    public IEnumerable<string> Warnings(SchedulerOptions scheduler)
    {
        if (scheduler.WarmupStepsOf(TotalSteps) is var warmup && warmup >= TotalSteps)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Warning: the warm-up takes {warmup} steps and the run has {TotalSteps}, so the learning rate never comes to its peak. Lower {(scheduler.WarmupSteps is null ? "scheduler.warmup_ratio" : "scheduler.warmup_steps")}, or train longer.");
        }

        if (options.PerDeviceTrainBatchSize > rowCount)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Warning: training.per_device_train_batch_size is {options.PerDeviceTrainBatchSize}, but there are {rowCount} training rows: an epoch is one step. Smaller batches learn sooner; 16 or 32 is usual.");
        }
        else if (accumulation > 1 && batchesOf(0).Count is var batches && accumulation > batches)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Warning: training.gradient_accumulation_steps is {accumulation}, but an epoch has {batches} batches: it is one step. Lower it.");
        }
    }

    private List<int> StepCounts()
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
