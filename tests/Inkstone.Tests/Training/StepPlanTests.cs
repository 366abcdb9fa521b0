using Inkstone.Batching;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Training;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training;

public sealed class StepPlanTests
{
    private static readonly EncodedRows Rows = TestDocuments.RowsOfLengths(Enumerable.Range(5, 23));

    [Fact]
    public void Steps_ShortLastGroup_StillMakesAStep()
    {
        var plan = new StepPlan(Rows, new() { NumTrainEpochs = 2, PerDeviceTrainBatchSize = 5, GradientAccumulationSteps = 2, Shuffle = false, GroupByLength = false });

        StepsOfEpochs(plan).ShouldBe([3, 3]);
        plan.TotalSteps.ShouldBe(6);
        plan.Steps(1).Select(step => step.Select(batch => batch.Length).ToArray()).ShouldBe([[5, 5], [5, 5], [3]]);
    }

    [Theory]
    [InlineData(3, new[] { 3 }, 0.6)]
    [InlineData(5, new[] { 5 }, 1.0)]
    [InlineData(7, new[] { 5, 2 }, 1.4)]
    [InlineData(16, new[] { 5, 5, 5, 1 }, 3.2)]
    public void Steps_MaxSteps_CutsTheLastEpochAndCountsItsFraction(int maxSteps, int[] expected, double epochs)
    {
        var plan = new StepPlan(Rows, new() { NumTrainEpochs = 1, MaxSteps = maxSteps, PerDeviceTrainBatchSize = 5 });

        StepsOfEpochs(plan).ShouldBe(expected);
        plan.TotalSteps.ShouldBe(maxSteps);
        plan.Steps(expected.Length - 1).Count().ShouldBe(expected[^1]);
        plan.EpochsAfter(expected.Length - 1, expected[^1]).ShouldBe(epochs, 1e-12);
    }

    [Theory]
    [InlineData(Sampler.Random)]
    [InlineData(Sampler.Weighted)]
    [InlineData(Sampler.Downsample)]
    public void Steps_FromTheMiddleOfAnEpoch_AreTheRestOfIt(Sampler sampler)
    {
        var options = new TrainingOptions { NumTrainEpochs = 3, PerDeviceTrainBatchSize = 2, GradientAccumulationSteps = 2, Sampler = sampler };
        var whole = new StepPlan(Rows, options).Steps(2).ToList();

        // A plan of its own, asked for no other epoch before: as a run that goes on would.
        var rest = new StepPlan(Rows, options).Steps(2, from: 3).ToList();

        whole.Count.ShouldBeGreaterThan(4, "or the test says nothing");
        rest.ShouldBe(whole[3..]);
        new StepPlan(Rows, options).Steps(2, from: whole.Count).ShouldBeEmpty();
    }

    [Fact]
    public void Steps_TokenBudget_MayDifferFromEpochToEpochAndAllAreCounted()
    {
        var plan = new StepPlan(Rows, new() { NumTrainEpochs = 20, TokensPerBatch = 60, GroupByLength = false });

        StepsOfEpochs(plan).Select((steps, epoch) => plan.Steps(epoch).Count() == steps).ShouldAllBe(agrees => agrees);
        StepsOfEpochs(plan).Distinct().Count().ShouldBeGreaterThan(1, "or the test says nothing");
    }

    [Fact]
    public void EpochAfter_EveryNumberOfSteps_IsTheEpochThatTheNextOneLiesIn()
    {
        var plan = new StepPlan(Rows, new() { MaxSteps = 12, PerDeviceTrainBatchSize = 5 });

        StepsOfEpochs(plan).ShouldBe([5, 5, 2]);
        Enumerable.Range(0, 4).Select(plan.StepsBefore).ShouldBe([0, 5, 10, 12]);
        Enumerable.Range(0, 14).Select(steps => plan.EpochAfter(steps)).ShouldBe([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 3, 3]);
    }

    [Fact]
    public void TotalSteps_MillionsOfEpochs_CostNothingEach()
    {
        var alike = new StepPlan(Rows, new() { NumTrainEpochs = int.MaxValue, PerDeviceTrainBatchSize = 5 });
        var cut = new StepPlan(Rows, new() { NumTrainEpochs = int.MaxValue, MaxSteps = int.MaxValue, TokensPerBatch = 60 });

        alike.TotalSteps.ShouldBe(5L * int.MaxValue);
        (alike.Epochs, alike.IsEstimated).ShouldBe((int.MaxValue, false));
        alike.EpochAfter((5L * 2_000_000_000) + 4).ShouldBe(2_000_000_000);
        alike.Steps(2_000_000_000).Count().ShouldBe(5);
        (cut.TotalSteps, cut.IsEstimated).ShouldBe((int.MaxValue, false));
        ((double)cut.Epochs).ShouldBe(int.MaxValue / (double)cut.StepsOf(0), tolerance: 1);
    }

    [Fact]
    public void TotalSteps_MoreEpochsOfATokenBudgetThanAreCounted_AreTheMeanOfThoseAndItSaysSo()
    {
        var options = new TrainingOptions { NumTrainEpochs = StepPlan.MostCounted, TokensPerBatch = 60, GroupByLength = false };
        var counted = new StepPlan(Rows, options);

        var estimated = new StepPlan(Rows, options with { NumTrainEpochs = 1_000_000 });

        counted.IsEstimated.ShouldBeFalse();
        counted.Warnings(new()).ShouldBeEmpty();
        estimated.TotalSteps.ShouldBe(counted.TotalSteps * 1_000_000 / StepPlan.MostCounted);
        estimated.Warnings(new()).ShouldHaveSingleItem().ShouldContain("training.num_train_epochs=1000000 times what the first 100 epochs take on the average");
        Enumerable.Range(0, 150).Select(estimated.StepsOf).ShouldBe(Enumerable.Range(0, 150).Select(epoch => estimated.Steps(epoch).Count()));
    }

    [Fact]
    public void Counting_StopThatIsAskedFor_EndsIt() => Should.Throw<OperationCanceledException>(
        () => new StepPlan(Rows, new() { NumTrainEpochs = 50, TokensPerBatch = 60 }, new CancellationToken(canceled: true)));

    [Theory]
    [InlineData(24, 1, 0.06, null, "training.per_device_train_batch_size is 24, but there are 23 training rows")]
    [InlineData(5, 6, 0.06, null, "training.gradient_accumulation_steps is 6, but an epoch has 5 batches")]
    [InlineData(5, 1, 1, null, "the warm-up takes 15 steps and the run has 15, so the learning rate never comes to its peak. Lower scheduler.warmup_ratio")]
    [InlineData(5, 1, 0, 16, "the warm-up takes 16 steps and the run has 15, so the learning rate never comes to its peak. Lower scheduler.warmup_steps")]
    public void Warnings_MoreThanTheRunHasRoomFor_NameTheKey(int batchSize, int accumulation, double warmupRatio, int? warmupSteps, string sentence) =>
        new StepPlan(Rows, new() { NumTrainEpochs = 3, PerDeviceTrainBatchSize = batchSize, GradientAccumulationSteps = accumulation })
            .Warnings(new() { WarmupRatio = warmupRatio, WarmupSteps = warmupSteps }).ShouldHaveSingleItem().ShouldContain(sentence);

    [Fact]
    public void Warnings_WhatFitsExactly_HasNone() =>
        new StepPlan(Rows, new() { NumTrainEpochs = 3, PerDeviceTrainBatchSize = 23 }).Warnings(new()).ShouldBeEmpty();

    [Fact]
    public void Warnings_SettingsThatDoNotCount_HasNone()
    {
        new StepPlan(Rows, new() { NumTrainEpochs = 3, PerDeviceTrainBatchSize = 24, TokensPerBatch = 60 }).Warnings(new()).ShouldBeEmpty("tokens_per_batch decides");
        new StepPlan(Rows, new() { NumTrainEpochs = 3 }).Warnings(new() { LrSchedulerType = LrSchedulerType.Constant, WarmupSteps = 1000 }).ShouldBeEmpty("constant has no warm-up");
    }

    private static IEnumerable<int> StepsOfEpochs(StepPlan plan) => Enumerable.Range(0, (int)plan.Epochs).Select(plan.StepsOf);
}
