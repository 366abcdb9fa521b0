using Inkstone.Recipes;

namespace Inkstone.Schedules;

/// <summary>
/// The factor by which every group's base learning rate is multiplied at an optimizer step.
/// Immutable, and a function of the step alone: a resumed run needs nothing but the step.
/// </summary>
/// <remarks>Formulas of transformers' <c>get_scheduler</c> in double precision, defaults included.</remarks>
/// <param name="options">The shape of the curve, as a checked recipe has it.</param>
/// <param name="peak">The learning rate that the factor 1 stands for. Only the polynomial looks at it, to make a factor of its last rate.</param>
/// <param name="totalSteps">Optimizer steps of the whole run, warm-up included; 0 or more.</param>
internal sealed class LearningRateSchedule(SchedulerOptions options, double peak, long totalSteps)
{
    private readonly long warmupSteps = options.WarmupStepsOf(totalSteps);
    private readonly double numCycles = options.EffectiveNumCycles;
    private readonly double endFactor = options.LrEnd / peak;

    /// <summary>The factor for one optimizer step.</summary>
    /// <param name="step">Steps taken before this one: the first step of a run asks for 0. Steps after the last are answered too.</param>
    /// <returns>Between 0 and 1; the rate of a group is this times its base rate.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public double Factor(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (options.LrSchedulerType == LrSchedulerType.Constant)
        {
            return 1;
        }

        if (step < warmupSteps)
        {
            return (double)step / warmupSteps;
        }

        var progress = (double)(step - warmupSteps) / Math.Max(1, totalSteps - warmupSteps);
        return options.LrSchedulerType switch
        {
            LrSchedulerType.Linear => Math.Max(0, (double)(totalSteps - step) / Math.Max(1, totalSteps - warmupSteps)),
            LrSchedulerType.Cosine => Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * numCycles * 2 * progress))),
            LrSchedulerType.CosineWithRestarts => progress >= 1 ? 0 : Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * (numCycles * progress % 1)))),
            LrSchedulerType.Polynomial => step >= totalSteps ? endFactor : ((1 - endFactor) * Math.Pow(1 - progress, options.Power)) + endFactor,
            LrSchedulerType.ConstantWithWarmup => 1,
            _ => throw new InvalidOperationException($"No formula for {options.LrSchedulerType}."),
        };
    }
}
