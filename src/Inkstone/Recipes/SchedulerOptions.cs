namespace Inkstone.Recipes;

/// <summary>The <c>scheduler</c> section: how the learning rate changes over the optimizer steps. Formulas are those of transformers.</summary>
public sealed record SchedulerOptions
{
    /// <summary>Which schedule. Default linear.</summary>
    public LrSchedulerType LrSchedulerType { get; init; } = LrSchedulerType.Linear;

    /// <summary>
    /// Share of all optimizer steps spent warming up, 0 to 1. Default 0.06 (Liu et al. 2019, arXiv:1907.11692); 0 where a recipe gives
    /// <see cref="WarmupSteps"/> alone.
    /// </summary>
    public double WarmupRatio { get; init; } = 0.06;

    /// <summary>Optimizer steps spent warming up, instead of a share of them. Null: by <see cref="WarmupRatio"/>.</summary>
    public int? WarmupSteps { get; init; }

    /// <summary>
    /// Waves of the cosine schedules. Null: 0.5 for cosine (down once), 1 for cosine_with_restarts, which wants a whole number.
    /// </summary>
    public double? NumCycles { get; init; }

    /// <summary>Exponent of the polynomial schedule, above 0. Default 1.</summary>
    public double Power { get; init; } = 1.0;

    /// <summary>Learning rate at the end of the polynomial schedule, below the optimizer's. Default 1e-7.</summary>
    public double LrEnd { get; init; } = 1e-7;

    /// <summary>Steps of warm-up in a run of <paramref name="totalSteps"/> optimizer steps; a share is rounded up.</summary>
    public long WarmupStepsOf(long totalSteps) => WarmupSteps ?? (long)Math.Ceiling(totalSteps * WarmupRatio);

    /// <summary><see cref="NumCycles"/>, or the schedule's own default.</summary>
    public double EffectiveNumCycles => NumCycles ?? (LrSchedulerType == LrSchedulerType.Cosine ? 0.5 : 1);

    internal void Check(Problems problems)
    {
        problems.Require(WarmupRatio is >= 0 and <= 1, "scheduler.warmup_ratio", "between 0 and 1", WarmupRatio, $"for a number of steps set scheduler.warmup_steps");
        problems.Require(WarmupSteps is null or >= 0, "scheduler.warmup_steps", "at least 0", WarmupSteps, "use null to warm up by scheduler.warmup_ratio");
        problems.Require(
            WarmupSteps is null || WarmupRatio is 0 or > 1,
            "scheduler.warmup_ratio", $"0 where scheduler.warmup_steps is given ({RecipeText.Show(WarmupSteps)})", WarmupRatio,
            "remove one of the two", "scheduler.warmup_steps");
        problems.Require(
            NumCycles is null || (NumCycles > 0 && double.IsFinite(NumCycles.Value)),
            "scheduler.num_cycles", "above 0", NumCycles,
            "use null for the schedule's own default");
        problems.Require(
            NumCycles is null or <= 0 || LrSchedulerType != LrSchedulerType.CosineWithRestarts || double.IsInteger(NumCycles.Value),
            "scheduler.num_cycles", "a whole number where scheduler.lr_scheduler_type is cosine_with_restarts", NumCycles,
            "it counts the restarts' waves; for part of a wave use cosine", "scheduler.lr_scheduler_type");
        problems.Require(Power > 0 && double.IsFinite(Power), "scheduler.power", "above 0", Power, "1 falls linearly, 2 like a parabola");
        problems.Require(LrEnd is >= 0 and < 1, "scheduler.lr_end", "at least 0 and below 1", LrEnd, "1e-7 is usual");
    }
}

/// <summary>Which schedule; names and formulas of transformers.</summary>
public enum LrSchedulerType
{
    /// <summary>Up during warm-up, then straight down to 0.</summary>
    Linear,

    /// <summary>Up, then down along a cosine.</summary>
    Cosine,

    /// <summary>Up, then several cosines, each from the peak.</summary>
    CosineWithRestarts,

    /// <summary>Up, then down along a power to <see cref="SchedulerOptions.LrEnd"/>.</summary>
    Polynomial,

    /// <summary>The same rate throughout; no warm-up.</summary>
    Constant,

    /// <summary>Up, then the same rate.</summary>
    ConstantWithWarmup,
}
