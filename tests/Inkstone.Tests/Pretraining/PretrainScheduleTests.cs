using Inkstone.Pretraining;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Pretraining;

public sealed class PretrainScheduleTests
{
    [Theory]
    [InlineData(PretrainScheduleType.Linear, 0, 0)]
    [InlineData(PretrainScheduleType.Linear, 0.05, 0.5)]
    [InlineData(PretrainScheduleType.Linear, 0.1, 1)]
    [InlineData(PretrainScheduleType.Linear, 0.55, 0.5)]
    [InlineData(PretrainScheduleType.Linear, 1, 0)]
    [InlineData(PretrainScheduleType.Linear, 1.5, 0)]
    [InlineData(PretrainScheduleType.Cosine, 0.1, 1)]
    [InlineData(PretrainScheduleType.Cosine, 0.55, 0.5)]
    [InlineData(PretrainScheduleType.Cosine, 1, 0)]
    [InlineData(PretrainScheduleType.Constant, 0.05, 0.5)]
    [InlineData(PretrainScheduleType.Constant, 0.8, 1)]
    [InlineData(PretrainScheduleType.Constant, 0.9, 0.5)]
    [InlineData(PretrainScheduleType.Constant, 1, 0)]
    public void Factor_ShareOfTheBudget_IsThatOfTheCurve(PretrainScheduleType type, double share, double expected) =>
        new PretrainSchedule(type, WarmupRatio: 0.1, DecayRatio: 0.2).Factor(share).ShouldBe(expected, 1e-12);

    [Fact]
    public void Factor_BudgetThatGrewAfterTheWarmUp_StaysAtItsPeak()
    {
        var schedule = new PretrainSchedule(PretrainScheduleType.Constant, WarmupRatio: 0.06, DecayRatio: 0.2);

        schedule.Factor(0.01).ShouldBe(0.01 / 0.06);
        schedule.Factor(0.01, isWarm: true).ShouldBe(1);
        schedule.Factor(0.9, isWarm: true).ShouldBe(0.5, 1e-12);
    }

    [Fact]
    public void Factor_NeitherWarmUpNorDecay_StaysAtOne() =>
        new PretrainSchedule(PretrainScheduleType.Constant, 0, 0).Factor(0.999).ShouldBe(1);

    [Fact]
    public void Budget_StepsEpochsAndHours_EndWithWhicheverComesFirst()
    {
        var budget = new PretrainBudget(new PretrainOptions { MaxSteps = 100, Epochs = 5, MaxHours = 2 }, stepsPerEpoch: 10);

        budget.Share(25, TimeSpan.Zero).ShouldBe(0.5);
        budget.Share(25, TimeSpan.FromHours(1.5)).ShouldBe(0.75);
        budget.Share(50, TimeSpan.Zero).ShouldBe(1);
    }

    [Fact]
    public void Budget_NothingSaid_IsOneEpoch() => new PretrainBudget(new PretrainOptions(), stepsPerEpoch: 10).Share(10, TimeSpan.FromHours(100)).ShouldBe(1);
}
