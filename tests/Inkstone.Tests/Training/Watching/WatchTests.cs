using Inkstone.Evaluating;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Tracking;
using Inkstone.Training.Watching;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Training.Watching;

/// <summary>When a run is warned, and that it is warned once.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();
    private readonly List<string> warnings = [];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(9e-7, "low: the weights will hardly move")]
    [InlineData(2e-3, "high: training may not converge")]
    public void LearningRate_OutsideTheUsualRange_IsNamedWithTheRangeOfThisWidth(double rate, string why)
    {
        new UnusualLearningRate(rate, 768).AtStart().ShouldBe(
            $"Warning: optimizer.learning_rate={RecipeText.Show(rate)} is unusually {why}. Encoders of width 768 usually want 1e-5 to 5e-5.");
        new UnusualLearningRate(rate, 1024).AtStart()!.ShouldEndWith("width 1024 usually want 5e-6 to 3e-5.");
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(2e-5)]
    [InlineData(1e-3)]
    public void LearningRate_InsideTheRange_IsLeftAlone(double rate) => new UnusualLearningRate(rate, 768).AtStart().ShouldBeNull();

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.39, 0)]
    public void Padding_MeanOfTheFirstEpoch_WarnsOnceAboveFortyPercent(double share, int expected)
    {
        var watch = new Watch(warnings.Add, new MuchPadding());

        for (var step = 1; step <= 8; step++)
        {
            watch.StepDone(new(step, 8, step / 4.0, 1, 1, 1e-5, 1, 1, 1) { PaddingShare = step > 4 ? 0.9 : share });
        }

        warnings.Count.ShouldBe(expected);
        warnings.ShouldAllBe(warning => warning.StartsWith("Warning: 50 % of attention's places were padding in the first epoch", StringComparison.Ordinal) && warning.Contains("training.group_by_length=true"));
    }

    [Fact]
    public void Evaluation_EveryRowOneClass_WarnsOnceWithWhatToDo()
    {
        var watch = new Watch(warnings.Add, new OnePredictedClass());

        watch.Evaluated(Of([[2, 1], [0, 3]]));
        warnings.ShouldBeEmpty();
        watch.Evaluated(Of([[0, 3], [0, 3]]));
        watch.Evaluated(Of([[0, 3], [0, 3]]));

        warnings.ShouldHaveSingleItem().ShouldBe(
            "Warning: after step 7 every validation row is predicted as pos. If it stays so, try a third of optimizer.learning_rate or a longer scheduler.warmup_ratio, and against rare classes loss.class_weights=balanced; check the labels too.");
    }

    [Fact]
    public void Evaluation_EveryRowOneClassDespiteACountermeasure_AdvisesNoOther()
    {
        var watch = new Watch(warnings.Add, new OnePredictedClass(HasCountermeasure: true));

        watch.Evaluated(Of([[0, 3], [0, 3]]));

        warnings.ShouldHaveSingleItem().ShouldEndWith("try a third of optimizer.learning_rate or a longer scheduler.warmup_ratio; check the labels too.");
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(0, "Warning: there is no validation row, so nothing is evaluated while training")]
    [InlineData(1, "Warning: there is one validation row, so chance picks the best checkpoint: one row more that is right moves accuracy by 100 points. Hold back more")]
    [InlineData(19, "Warning: there are only 19 validation rows, so chance picks the best checkpoint: one row more that is right moves accuracy by 5 points.")]
    [InlineData(20, null)]
    public void Validation_OfAFewRowsOrNone_IsNamed(int? rows, string? sentence)
    {
        var warning = new FewValidationRows(rows).AtStart();

        (warning ?? "").ShouldStartWith(sentence ?? "");
        (warning is null).ShouldBe(sentence is null);
    }

    [Fact]
    public void Fit_RunThatDeservesThem_WarnsInItsNotices()
    {
        var observer = new RecordingObserver();

        TinyRun.Run(scratch.Combine("run"), observer, "optimizer.learning_rate=2e-3", "tokenizer.max_length=8", "training.max_steps=2");

        observer.Notices.ShouldContain(notice => notice.StartsWith("Warning: optimizer.learning_rate=0.002 is unusually high", StringComparison.Ordinal));
        observer.Notices.ShouldContain(notice => notice.EndsWith(". Warning: that is much; set a larger tokenizer.max_length, tokenizer.truncation_side=both or tokenizer.long_text=chunk.", StringComparison.Ordinal));
        var events = File.ReadAllText(scratch.Combine("run", "events.jsonl"));
        events.ShouldContain("is unusually high");
        events.ShouldContain("Warning: that is much; set a larger tokenizer.max_length", customMessage: "said before the records are open");
    }

    /// <summary>Logits of rows so that true class i is predicted as j so often.</summary>
    private static EvaluationRecord Of(int[][] confusion)
    {
        var (labels, logits) = (new List<int>(), new List<double[]>());
        for (var actual = 0; actual < 2; actual++)
        {
            for (var predicted = 0; predicted < 2; predicted++)
            {
                for (var count = 0; count < confusion[actual][predicted]; count++)
                {
                    labels.Add(actual);
                    logits.Add(predicted == 0 ? [1, 0] : [0, 1]);
                }
            }
        }

        return new(7, 1, "validation", ClassificationMetrics.Compute([.. labels], [.. logits], ["neg", "pos"]), 1, 1, 1);
    }
}
