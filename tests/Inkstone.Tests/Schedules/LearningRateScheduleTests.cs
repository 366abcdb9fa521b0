using System.Text.Json;
using Inkstone.Schedules;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Schedules;

public sealed class LearningRateScheduleTests
{
    private sealed record GoldenSchedule(
        string LrSchedulerType, Dictionary<string, double>? Kwargs, long WarmupSteps, long TotalSteps, double LearningRate, double[] Values);

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    [Fact]
    public void Factor_EveryGoldenSchedule_MatchesTransformers()
    {
        var goldens = JsonSerializer.Deserialize<GoldenSchedule[]>(File.ReadAllText(Repo.Golden("schedulers.json")), SnakeCase)!;

        goldens.Select(golden => golden.LrSchedulerType).Distinct().ShouldBe(LearningRateSchedule.TypeNames, ignoreOrder: true);
        foreach (var golden in goldens)
        {
            var schedule = LearningRateSchedule.Create(
                golden.LrSchedulerType,
                golden.WarmupSteps,
                golden.TotalSteps,
                golden.LearningRate,
                golden.Kwargs?.TryGetValue("num_cycles", out var cycles) == true ? cycles : null,
                golden.Kwargs?.GetValueOrDefault("power", 1.0) ?? 1.0,
                golden.Kwargs?.GetValueOrDefault("lr_end", 1e-7) ?? 1e-7);

            golden.Values.Length.ShouldBe((int)golden.TotalSteps + 5);
            for (var step = 0; step < golden.Values.Length; step++)
            {
                var rate = golden.LearningRate * schedule.Factor(step);
                rate.ShouldBe(golden.Values[step], (1e-12 * golden.Values[step]) + 1e-24, $"{golden.LrSchedulerType}, warm-up {golden.WarmupSteps}, step {step}");
            }
        }
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("cosine")]
    [InlineData("cosine_with_restarts")]
    [InlineData("polynomial")]
    [InlineData("constant")]
    [InlineData("constant_with_warmup")]
    [InlineData("inverse_sqrt")]
    public void Factor_ShortAndOddRuns_StaysBetweenZeroAndOne(string type)
    {
        foreach (var (warmup, total) in new[] { (0L, 0L), (0, 1), (1, 1), (5, 3), (7, 7) })
        {
            var schedule = LearningRateSchedule.Create(type, warmup, total, 2e-5);

            for (var step = 0; step < 12; step++)
            {
                schedule.Factor(step).ShouldBeInRange(0, 1, $"{type} {warmup}/{total} at {step}");
            }
        }
    }

    [Fact]
    public void Create_CosineTypesWithoutCycles_TakeTransformersDefaults()
    {
        var half = LearningRateSchedule.Create("cosine", 0, 100, 1e-3);
        var whole = LearningRateSchedule.Create("cosine_with_restarts", 0, 100, 1e-3);

        half.Factor(50).ShouldBe(0.5, 1e-15);
        whole.Factor(50).ShouldBe(0.5, 1e-15);
        half.Factor(200).ShouldBe(1, 1e-15);
        whole.Factor(200).ShouldBe(0);
    }

    [Fact]
    public void Create_UnknownType_ListsTheNames()
    {
        var error = Should.Throw<ArgumentException>(() => LearningRateSchedule.Create("liner", 0, 10, 1e-3));

        error.Message.ShouldStartWith(
            "scheduler.lr_scheduler_type must be one of linear, cosine, cosine_with_restarts, polynomial, constant, constant_with_warmup, inverse_sqrt, but is liner.");
    }

    [Fact]
    public void Create_EndRateAbovePeak_NamesBothRates()
    {
        var error = Should.Throw<ArgumentException>(() => LearningRateSchedule.Create("polynomial", 0, 10, 1e-5, lrEnd: 1e-4));

        error.Message.ShouldStartWith("scheduler.lr_end must be at least 0 and below optimizer.learning_rate (1E-05), but is 0.0001.");
    }

    [Fact]
    public void Create_ValueOutOfRange_Throws()
    {
        Should.Throw<ArgumentException>(() => LearningRateSchedule.Create("cosine", 0, 10, 1e-5, numCycles: 0)).Message
            .ShouldStartWith("scheduler.num_cycles must be above 0, but is 0.");
        Should.Throw<ArgumentException>(() => LearningRateSchedule.Create("polynomial", 0, 10, 1e-5, power: double.NaN)).Message
            .ShouldStartWith("scheduler.power must be above 0, but is NaN.");
        Should.Throw<ArgumentOutOfRangeException>(() => LearningRateSchedule.Create("linear", -1, 10, 1e-5));
        Should.Throw<ArgumentOutOfRangeException>(() => LearningRateSchedule.Create("linear", 1, -10, 1e-5));
        Should.Throw<ArgumentOutOfRangeException>(() => LearningRateSchedule.Create("linear", 1, 10, 1e-5).Factor(-1));
    }
}
