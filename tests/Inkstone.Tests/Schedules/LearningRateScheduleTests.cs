using System.Text.Json;
using Inkstone.Recipes;
using Inkstone.Schedules;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Schedules;

public sealed class LearningRateScheduleTests
{
    private sealed record GoldenSchedule(
        string LrSchedulerType, Dictionary<string, double>? Kwargs, long WarmupSteps, long TotalSteps, double LearningRate, double[] Values);

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>All but <c>inverse_sqrt</c>, which no recipe can name.</summary>
    private static readonly string[] Types = ["linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup"];

    [Fact]
    public void Factor_EveryGoldenSchedule_MatchesTransformers()
    {
        var goldens = JsonSerializer.Deserialize<GoldenSchedule[]>(File.ReadAllText(Repo.Golden("schedulers.json")), SnakeCase)!
            .Where(golden => golden.LrSchedulerType != "inverse_sqrt").ToList();

        goldens.Select(golden => golden.LrSchedulerType).Distinct().ShouldBe(Types, ignoreOrder: true);
        foreach (var golden in goldens)
        {
            var schedule = Of(golden.LrSchedulerType, golden.WarmupSteps, golden.TotalSteps, golden.LearningRate, golden.Kwargs);

            golden.Values.Length.ShouldBe((int)golden.TotalSteps + 5);
            for (var step = 0; step < golden.Values.Length; step++)
            {
                var rate = golden.LearningRate * schedule.Factor(step);
                rate.ShouldBe(golden.Values[step], (1e-12 * golden.Values[step]) + 1e-24, $"{golden.LrSchedulerType}, warm-up {golden.WarmupSteps}, step {step}");
            }
        }
    }

    [Fact]
    public void Factor_ShortAndOddRuns_StaysBetweenZeroAndOne()
    {
        foreach (var type in Types)
        {
            foreach (var (warmup, total) in new[] { (0L, 0L), (0, 1), (1, 1), (5, 3), (7, 7) })
            {
                var schedule = Of(type, warmup, total, 2e-5);

                for (var step = 0; step < 12; step++)
                {
                    schedule.Factor(step).ShouldBeInRange(0, 1, $"{type} {warmup}/{total} at {step}");
                }
            }
        }
    }

    [Fact]
    public void Factor_CosineTypesWithoutCycles_TakeTransformersDefaults()
    {
        var half = Of("cosine", 0, 100, 1e-3);
        var whole = Of("cosine_with_restarts", 0, 100, 1e-3);

        half.Factor(50).ShouldBe(0.5, 1e-15);
        whole.Factor(50).ShouldBe(0.5, 1e-15);
        half.Factor(200).ShouldBe(1, 1e-15);
        whole.Factor(200).ShouldBe(0);
    }

    [Fact]
    public void Factor_NegativeStep_Throws() => Should.Throw<ArgumentOutOfRangeException>(() => Of("linear", 1, 10, 1e-5).Factor(-1));

    private static LearningRateSchedule Of(string type, long warmupSteps, long totalSteps, double learningRate, Dictionary<string, double>? more = null) => new(
        new()
        {
            LrSchedulerType = Enum.Parse<LrSchedulerType>(type.Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
            WarmupSteps = (int)warmupSteps,
            NumCycles = more?.TryGetValue("num_cycles", out var cycles) == true ? cycles : null,
            Power = more?.GetValueOrDefault("power", 1) ?? 1,
            LrEnd = more?.GetValueOrDefault("lr_end", 1e-7) ?? 1e-7,
        },
        learningRate,
        totalSteps);
}
