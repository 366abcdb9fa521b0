using System.Globalization;
using System.Text.Json;

namespace Inkstone.Schedules;

/// <summary>
/// The factor by which every group's base learning rate is multiplied at an optimizer step.
/// Immutable, and a function of the step alone: a resumed run needs nothing but the step.
/// </summary>
/// <remarks>Formulas of transformers' <c>get_scheduler</c> in double precision, defaults included.</remarks>
public sealed class LearningRateSchedule
{
    private const long InverseSqrtTimescale = 10_000;

    private readonly double numCycles;
    private readonly double power;
    private readonly double endFactor;

    private LearningRateSchedule(ScheduleType type, long warmupSteps, long totalSteps, double numCycles, double power, double endFactor)
    {
        Type = type;
        WarmupSteps = warmupSteps;
        TotalSteps = totalSteps;
        this.numCycles = numCycles;
        this.power = power;
        this.endFactor = endFactor;
    }

    /// <summary>The names that recipes use, in the order of <see cref="ScheduleType"/>.</summary>
    public static IReadOnlyList<string> TypeNames { get; } =
        [.. Enum.GetNames<ScheduleType>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>The shape of the curve.</summary>
    public ScheduleType Type { get; }

    /// <summary>Optimizer steps until the peak rate; <see cref="ScheduleType.Constant"/> ignores them.</summary>
    public long WarmupSteps { get; }

    /// <summary>Optimizer steps of the whole run, warm-up included.</summary>
    public long TotalSteps { get; }

    /// <summary>A schedule by its recipe name, such as <c>linear</c>.</summary>
    /// <inheritdoc cref="Create(ScheduleType, long, long, double, double?, double, double)"/>
    /// <exception cref="ArgumentException">The name is unknown (the message lists those that are), or a value is out of range.</exception>
    public static LearningRateSchedule Create(
        string type, long warmupSteps, long totalSteps, double baseLearningRate, double? numCycles = null, double power = 1.0, double lrEnd = 1e-7) =>
        Create(Parse(type), warmupSteps, totalSteps, baseLearningRate, numCycles, power, lrEnd);

    /// <summary>A schedule over one run.</summary>
    /// <param name="type">The shape of the curve.</param>
    /// <param name="warmupSteps">Optimizer steps until the peak rate, 0 or more.</param>
    /// <param name="totalSteps">Optimizer steps of the whole run, 0 or more.</param>
    /// <param name="baseLearningRate">Peak rate. Only <see cref="ScheduleType.Polynomial"/> looks at it, to make a factor of <paramref name="lrEnd"/>.</param>
    /// <param name="numCycles">Waves of a cosine schedule. Default 0.5 for <see cref="ScheduleType.Cosine"/>, 1 for <see cref="ScheduleType.CosineWithRestarts"/>.</param>
    /// <param name="power">Exponent of <see cref="ScheduleType.Polynomial"/>, above 0. Default 1.</param>
    /// <param name="lrEnd">Last rate of <see cref="ScheduleType.Polynomial"/>, below the peak rate. Default 1e-7.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public static LearningRateSchedule Create(
        ScheduleType type, long warmupSteps, long totalSteps, double baseLearningRate, double? numCycles = null, double power = 1.0, double lrEnd = 1e-7)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(totalSteps);

        var cycles = numCycles ?? (type == ScheduleType.Cosine ? 0.5 : 1.0);
        if (!(cycles > 0 && double.IsFinite(cycles)))
        {
            throw new ArgumentException(Invariant($"scheduler.num_cycles must be above 0, but is {cycles}."), nameof(numCycles));
        }

        if (type != ScheduleType.Polynomial)
        {
            return new LearningRateSchedule(type, warmupSteps, totalSteps, cycles, power, endFactor: 0);
        }

        if (!(power > 0 && double.IsFinite(power)))
        {
            throw new ArgumentException(Invariant($"scheduler.power must be above 0, but is {power}."), nameof(power));
        }

        if (!(lrEnd >= 0 && lrEnd < baseLearningRate))
        {
            throw new ArgumentException(
                Invariant($"scheduler.lr_end must be at least 0 and below optimizer.learning_rate ({baseLearningRate}), but is {lrEnd}."), nameof(lrEnd));
        }

        return new LearningRateSchedule(type, warmupSteps, totalSteps, cycles, power, lrEnd / baseLearningRate);
    }

    /// <summary>The factor for one optimizer step.</summary>
    /// <param name="step">Steps taken before this one: the first step of a run asks for 0. Steps after the last are answered too.</param>
    /// <returns>Between 0 and 1; the rate of a group is this times its base rate.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public double Factor(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (Type == ScheduleType.Constant)
        {
            return 1;
        }

        if (step < WarmupSteps)
        {
            return (double)step / WarmupSteps;
        }

        var progress = (double)(step - WarmupSteps) / Math.Max(1, TotalSteps - WarmupSteps);
        return Type switch
        {
            ScheduleType.Linear => Math.Max(0, (double)(TotalSteps - step) / Math.Max(1, TotalSteps - WarmupSteps)),
            ScheduleType.Cosine => Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * numCycles * 2 * progress))),
            ScheduleType.CosineWithRestarts => progress >= 1 ? 0 : Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * (numCycles * progress % 1)))),
            ScheduleType.Polynomial => step >= TotalSteps ? endFactor : ((1 - endFactor) * Math.Pow(1 - progress, power)) + endFactor,
            ScheduleType.ConstantWithWarmup => 1,
            ScheduleType.InverseSqrt => InverseSqrt(step),
            _ => throw new InvalidOperationException($"No formula for {Type}."),
        };
    }

    // The curve is shifted so that it leaves the warm-up at 1.
    private double InverseSqrt(long step)
    {
        var timescale = WarmupSteps > 0 ? WarmupSteps : InverseSqrtTimescale;
        return 1 / Math.Sqrt((double)(step + timescale - WarmupSteps) / timescale);
    }

    private static ScheduleType Parse(string name)
    {
        for (var i = 0; i < TypeNames.Count; i++)
        {
            if (TypeNames[i] == name)
            {
                return (ScheduleType)i;
            }
        }

        throw new ArgumentException($"scheduler.lr_scheduler_type must be one of {string.Join(", ", TypeNames)}, but is {name}.", nameof(name));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
