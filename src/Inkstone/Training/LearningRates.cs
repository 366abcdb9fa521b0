using Inkstone.Recipes;
using Inkstone.Schedules;

namespace Inkstone.Training;

/// <summary>Makes the recipe's schedule once the number of steps is known.</summary>
internal static class LearningRates
{
    /// <summary>Warm-up is <c>warmup_steps</c>, or else <c>warmup_ratio</c> of all optimizer steps, rounded up.</summary>
    public static LearningRateSchedule Create(SchedulerOptions scheduler, OptimizerOptions optimizer, long totalSteps) =>
        LearningRateSchedule.Create(
            Enum.Parse<ScheduleType>(scheduler.LrSchedulerType.ToString()),
            scheduler.WarmupStepsOf(totalSteps),
            totalSteps,
            optimizer.LearningRate,
            scheduler.EffectiveNumCycles,
            scheduler.Power,
            scheduler.LrEnd);
}
