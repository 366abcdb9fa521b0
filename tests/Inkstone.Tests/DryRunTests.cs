using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

public sealed class DryRunTests
{
    private readonly List<string> notices = [];

    [Theory]
    [InlineData("", 24, 2, 4)]
    [InlineData("training.max_steps=15", 15, 2, 4)]
    [InlineData("training={eval_strategy: steps, eval_steps: 7, save_strategy: steps, save_steps: 5, save_total_limit: 3}", 24, 4, 5)]
    [InlineData("training.save_strategy=no", 24, 2, 2)]
    [InlineData("training={adversarial: fgm, r_drop: 1, ema_decay: 0.9}", 24, 2, 4)]
    public void Run_Recipe_CountsWhatTheRunWouldDo(string set, int steps, int evaluations, int checkpoints)
    {
        var result = Measure(set.Length == 0 ? [] : [set]);

        result.Steps.ShouldBe(steps);
        result.Evaluations.ShouldBe(evaluations);
        result.Checkpoints.ShouldBe(checkpoints);
        (result.TrainRows, result.ValidationRows).ShouldBe((94, 45));
        result.ExpectedSeconds.ShouldBeGreaterThan(0);
        (result.SecondsPerStep * steps).ShouldBeLessThanOrEqualTo(result.ExpectedSeconds);
        notices.ShouldContain(notice => notice.StartsWith("Training rows: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_SaveOnlyModel_TakesLessDisk()
    {
        var weights = new FileInfo(Repo.Golden("models", "bert", "model.safetensors")).Length;

        var model = Measure("training.save_only_model=true").DiskBytes;
        var whole = Measure().DiskBytes;

        (model / 4.0).ShouldBe(weights, 0.05 * weights);
        (whole - model).ShouldBe(4 * (model / 4), "two checkpoints with two moments each");
    }

    private DryRunResult Measure(params string[] overrides) =>
        DryRun.Run(TinyRun.RecipeOf(overrides), notices.Add, TimeProvider.System, TestContext.Current.CancellationToken);
}
