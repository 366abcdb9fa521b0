using System.Globalization;
using Inkstone.Batching;
using Inkstone.Recipes;

namespace Inkstone.Training;

/// <summary>All optimizer steps of a run, counted before the first one: epochs of steps of batches of rows.</summary>
/// <remarks>
/// An epoch's batches are a function of seed and epoch. Where their number is the same in every epoch, one of them is looked at, and a
/// million epochs cost no more than one. Where a token budget cuts rows that are in another order each time, epochs are looked at
/// one by one, as far as somebody asks.
/// </remarks>
internal sealed class StepPlan
{
    /// <summary>Epochs of a token budget that are counted one by one; the mean of these stands for any more.</summary>
    internal const int MostCounted = 100;

    private readonly Func<int, IReadOnlyList<int[]>> batchesOf;
    private readonly TrainingOptions options;
    private readonly int rowCount;
    private readonly int accumulation;
    private readonly int? stepsOfEach;               // null where epochs differ
    private readonly List<long> stepsBefore = [0];   // where they differ: of each epoch so far, none of them cut
    private readonly CancellationToken stop;

    /// <param name="rows">What is learnt.</param>
    /// <param name="options">Batches, epochs, seed.</param>
    /// <param name="stop">Ends the counting.</param>
    public StepPlan(EncodedRows rows, TrainingOptions options, CancellationToken stop = default)
    {
        batchesOf = epoch => EpochPlan.Create(rows.TokenCounts, rows.LabelIds, options, epoch);
        (this.options, this.stop, rowCount, accumulation) = (options, stop, rows.Count, options.GradientAccumulationSteps);
        var epochsAreAlike = options.TokensPerBatch is null || (!options.Shuffle && options.Sampler == Sampler.Random);
        stepsOfEach = epochsAreAlike ? StepsOfWhole(0) : null;
        IsEstimated = options.MaxSteps is null && stepsOfEach is null && options.NumTrainEpochs > MostCounted;
        TotalSteps = options.MaxSteps
            ?? (IsEstimated ? (long)((double)StepsBeforeWhole(MostCounted) / MostCounted * options.NumTrainEpochs) : StepsBeforeWhole(options.NumTrainEpochs));
    }

    /// <summary>Steps of the run: <c>max_steps</c>, or those of its epochs. A short last group of batches still makes a step.</summary>
    public long TotalSteps { get; }

    /// <summary>Whether <see cref="TotalSteps"/> is what so many epochs take on the average, because counting them all would take too long.</summary>
    public bool IsEstimated { get; }

    /// <summary>Passes over the rows, the last of which <c>max_steps</c> may cut; where epochs differ and nobody has counted them, about so many.</summary>
    public long Epochs => options.MaxSteps is null ? options.NumTrainEpochs
        : stepsOfEach is null && stepsBefore[^1] < TotalSteps ? (long)Math.Ceiling((double)TotalSteps / StepsOfWhole(0))
        : EpochAfter(TotalSteps);

    /// <summary>The epoch (0-based) in which the step after so many steps lies; the number of epochs where none is left.</summary>
    public int EpochAfter(long steps)
    {
        if (steps >= TotalSteps)
        {
            return EpochAfter(TotalSteps - 1) + 1;
        }

        if (stepsOfEach is { } each)
        {
            return (int)(steps / each);
        }

        while (stepsBefore[^1] <= steps)
        {
            CountOneMore();
        }

        // Every epoch has a step, so no number stands twice.
        var found = stepsBefore.BinarySearch(steps);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Steps of the run before an epoch (0-based) begins.</summary>
    public long StepsBefore(int epoch) => Math.Min(StepsBeforeWhole(epoch), TotalSteps);

    /// <summary>Steps of an epoch (0-based) that the run makes.</summary>
    public int StepsOf(int epoch) => (int)(StepsBefore(epoch + 1) - StepsBefore(epoch));

    /// <summary>Whether the run makes every step of an epoch (0-based).</summary>
    public bool IsWhole(int epoch) => StepsBeforeWhole(epoch + 1) <= TotalSteps;

    /// <summary>The steps of an epoch, each a list of batches, each a list of row numbers.</summary>
    /// <param name="epoch">0-based.</param>
    /// <param name="from">Steps of it that are done already: the rest is the same, whether they were made in this run or in another.</param>
    public IEnumerable<int[][]> Steps(int epoch, int from = 0) => batchesOf(epoch).Chunk(accumulation).Take(StepsOf(epoch)).Skip(from);

    /// <summary>Epochs done after so many steps of an epoch (0-based), with their fraction.</summary>
    public double EpochsAfter(int epoch, int steps) => epoch + ((double)steps / (StepsBeforeWhole(epoch + 1) - StepsBeforeWhole(epoch)));

    /// <summary>A sentence for each setting that is more than the run has room for: it works, though hardly as it was meant.</summary>
    public IEnumerable<string> Warnings(SchedulerOptions scheduler)
    {
        if (IsEstimated)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The run has {TotalSteps} steps: training.num_train_epochs={options.NumTrainEpochs} times what the first {MostCounted} epochs take on the average, as training.tokens_per_batch makes epochs of different length.");
        }

        if (scheduler.LrSchedulerType != LrSchedulerType.Constant && scheduler.WarmupStepsOf(TotalSteps) is var warmup && warmup >= TotalSteps)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Warning: the warm-up takes {warmup} steps and the run has {TotalSteps}, so the learning rate never comes to its peak. Lower {(scheduler.WarmupSteps is null ? "scheduler.warmup_ratio" : "scheduler.warmup_steps")}, or train longer.");
        }

        if (options.TokensPerBatch is null && options.PerDeviceTrainBatchSize > rowCount)
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

    private long StepsBeforeWhole(int epoch)
    {
        if (stepsOfEach is { } each)
        {
            return (long)each * epoch;
        }

        while (stepsBefore.Count <= epoch)
        {
            CountOneMore();
        }

        return stepsBefore[epoch];
    }

    private void CountOneMore()
    {
        stop.ThrowIfCancellationRequested();
        stepsBefore.Add(stepsBefore[^1] + StepsOfWhole(stepsBefore.Count - 1));
    }

    private int StepsOfWhole(int epoch) => (batchesOf(epoch).Count + accumulation - 1) / accumulation;
}
