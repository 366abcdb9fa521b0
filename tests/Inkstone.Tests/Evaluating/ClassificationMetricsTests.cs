using Inkstone.Evaluating;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class ClassificationMetricsTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void Cases_OfTheGoldens_AreAllTested() => MetricGolden.Cases.Count.ShouldBe(MetricGolden.All.Count);

    [Theory]
    [MemberData(nameof(MetricGolden.Cases), MemberType = typeof(MetricGolden))]
    public void Compute_GoldenLogits_MatchesScikitLearn(int index)
    {
        var golden = MetricGolden.All[index];

        var metrics = ClassificationMetrics.Compute(golden.Labels, golden.Logits, Names(golden.Classes));

        metrics.Samples.ShouldBe(golden.Labels.Length);
        metrics.Loss!.Value.ShouldBe(golden.LogLoss, Tolerance);
        metrics.Accuracy!.Value.ShouldBe(golden.Accuracy, Tolerance);
        metrics.BalancedAccuracy!.Value.ShouldBe(golden.BalancedAccuracy, Tolerance);
        metrics.MatthewsCorrelation!.Value.ShouldBe(golden.Mcc, Tolerance);
        metrics.CohenKappa!.Value.ShouldBe(golden.Kappa, Tolerance);
        ShouldBe(metrics.Micro, golden.Micro);
        ShouldBe(metrics.Macro, golden.Macro);
        ShouldBe(metrics.Weighted, golden.Weighted);
        metrics.ExpectedCalibrationError!.Value.ShouldBe(golden.Ece, Tolerance);
        metrics.Top2Accuracy.HasValue.ShouldBe(golden.Top2Accuracy.HasValue);
        metrics.Top2Accuracy.GetValueOrDefault().ShouldBe(golden.Top2Accuracy.GetValueOrDefault(), Tolerance);
        if (golden.Brier is { } brier)
        {
            metrics.BrierScore!.Value.ShouldBe(brier, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(MetricGolden.Cases), MemberType = typeof(MetricGolden))]
    public void Compute_GoldenLogits_MatchesScikitLearnInEveryClass(int index)
    {
        var golden = MetricGolden.All[index];

        var metrics = ClassificationMetrics.Compute(golden.Labels, golden.Logits, Names(golden.Classes));

        for (var id = 0; id < golden.Classes; id++)
        {
            var of = metrics.PerClass[id];
            of.Label.ShouldBe($"类{id}");
            of.Precision!.Value.ShouldBe(golden.PerClass[0][id], Tolerance);
            of.Recall!.Value.ShouldBe(golden.PerClass[1][id], Tolerance);
            of.F1!.Value.ShouldBe(golden.PerClass[2][id], Tolerance);
            of.Support.ShouldBe((int)golden.PerClass[3][id]);
            of.RocAuc.HasValue.ShouldBe(golden.RocAucOvr.ContainsKey(id));
            of.RocAuc.GetValueOrDefault().ShouldBe(golden.RocAucOvr.GetValueOrDefault(id), Tolerance);
            of.PrAuc.HasValue.ShouldBe(golden.AveragePrecisionOvr.ContainsKey(id));
            of.PrAuc.GetValueOrDefault().ShouldBe(golden.AveragePrecisionOvr.GetValueOrDefault(id), Tolerance);
        }

        bool everyClassHasRows = golden.RocAucOvr.Count == golden.Classes;
        metrics.MacroRocAuc.HasValue.ShouldBe(everyClassHasRows);
        metrics.MacroPrAuc.HasValue.ShouldBe(everyClassHasRows);
        if (everyClassHasRows)
        {
            metrics.MacroRocAuc!.Value.ShouldBe(golden.RocAucOvr.Values.Average(), Tolerance);
            metrics.MacroPrAuc!.Value.ShouldBe(golden.AveragePrecisionOvr.Values.Average(), Tolerance);
        }
    }

    [Fact]
    public void Compute_FloatLogits_GivesWhatTheSameDoublesGive()
    {
        int[] labels = [0, 1, 1];
        float[][] logits = [[0.1f, -2f], [3f, 0.3f], [0f, 0.7f]];

        var metrics = ClassificationMetrics.Compute(labels, logits, ["坏", "好"]);

        metrics.Loss.ShouldBe(ClassificationMetrics.Compute(labels, Array.ConvertAll(logits, row => Array.ConvertAll(row, z => (double)z)), ["坏", "好"]).Loss);
        metrics.Confusion.ShouldBe(new[,] { { 1, 0 }, { 1, 1 } });
    }

    [Fact]
    public void Compute_EqualLogits_PredictsTheFirstOfTheHighest() =>
        ClassificationMetrics.Compute([1], [[1.0, 2.0, 2.0]], Names(3)).Confusion[1, 1].ShouldBe(1);

    [Fact]
    public void Compute_SomeRowsSeen_GivesThePartsTheirOwnNumbers()
    {
        int[] labels = [0, 1, 1, 0];
        double[][] logits = [[2.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 3.0]];

        var metrics = ClassificationMetrics.Compute(labels, logits, Names(2), [true, true, false, false]);

        metrics.Seen!.ShouldBeEquivalentTo(Part(0, 1));
        metrics.Unseen!.ShouldBeEquivalentTo(Part(2, 3));
        (metrics.Accuracy, metrics.Seen!.Accuracy, metrics.Unseen!.Accuracy).ShouldBe((0.5, 1, 0));
        metrics.Undefined.Keys.ShouldBe(["top_2_accuracy", "top_3_accuracy", "top_5_accuracy"]);

        ClassificationMetrics Part(params int[] rows) => ClassificationMetrics.Compute(
            Array.ConvertAll(rows, row => labels[row]), Array.ConvertAll(rows, row => logits[row]), Names(2), new bool[rows.Length]) with { Seen = null, Unseen = null };
    }

    [Fact]
    public void Compute_TrainingRowsNotKnown_SaysSo()
    {
        var metrics = ClassificationMetrics.Compute([0, 1], [[1.0, 0.0], [0.0, 1.0]], Names(2));

        metrics.Seen.ShouldBeNull();
        metrics.Unseen.ShouldBeNull();
        metrics.Undefined["seen"].ShouldBe("the training rows are not known");
        metrics.Undefined["unseen"].ShouldBe("the training rows are not known");
    }

    [Fact]
    public void Compute_SixClasses_RanksTheLabelAmongTheHighest()
    {
        double[][] logits = [[6, 5, 4, 3, 2, 1], [6, 5, 4, 3, 2, 1], [6, 5, 4, 3, 2, 1], [6, 5, 4, 3, 2, 1]];

        var metrics = ClassificationMetrics.Compute([0, 2, 4, 5], logits, Names(6));

        (metrics.Accuracy, metrics.Top2Accuracy, metrics.Top3Accuracy, metrics.Top5Accuracy).ShouldBe((0.25, 0.25, 0.5, 0.75));
    }

    [Fact]
    public void Compute_ThousandClasses_HasEveryNumber()
    {
        int[] labels = [.. Enumerable.Range(0, 1000)];
        var logits = labels.Select(id => labels.Select(other => other == (id < 900 ? id : 0) ? 3.0 : 0).ToArray()).ToArray();

        var metrics = ClassificationMetrics.Compute(labels, logits, Names(1000), withIntervals: true);

        metrics.Accuracy.ShouldBe(0.9);
        metrics.Intervals!.Accuracy!.Value.Low.ShouldBe(0.881, 0.01);
        metrics.MacroRocAuc!.Value.ShouldBeInRange(0.9, 1);
        metrics.PerClass[950].F1.ShouldBe(0);   // never predicted
    }

    [Fact]
    public void Compute_NoRows_HasNoNumberAndSaysWhy()
    {
        var metrics = ClassificationMetrics.Compute([], Array.Empty<double[]>(), Names(3));

        metrics.Samples.ShouldBe(0);
        metrics.Confusion.ShouldBe(new int[3, 3]);
        foreach (var name in MetricName.All)
        {
            metrics.Named(name).ShouldBeNull();
            metrics.Undefined[name].ShouldBe("there are no rows");
        }

        new[] { metrics.Micro, metrics.Macro, metrics.Weighted }.ShouldAllBe(of => of == default);
        new[] { metrics.Top2Accuracy, metrics.BrierScore, metrics.ExpectedCalibrationError }.ShouldAllBe(number => number == null);
        metrics.PerClass[1].ShouldBeEquivalentTo(new ClassMetrics
        {
            Label = "类1",
            Support = 0,
            Undefined = new[] { "precision", "recall", "f1", "roc_auc", "pr_auc" }.ToDictionary(name => name, _ => "there are no rows"),
        });
    }

    [Fact]
    public void Compute_ClassWithoutRows_HasNoCurvesButCountsInTheMeansOfF1()
    {
        var metrics = ClassificationMetrics.Compute([0, 1], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], Names(3));

        metrics.PerClass[2].F1.ShouldBe(0);
        metrics.PerClass[2].RocAuc.ShouldBeNull();
        metrics.PerClass[2].Undefined.ShouldBe(
            new Dictionary<string, string> { ["roc_auc"] = "no row is labelled '类2'", ["pr_auc"] = "no row is labelled '类2'" }, ignoreOrder: true);
        metrics.MacroF1!.Value.ShouldBe(2 / 3.0, Tolerance);
        metrics.MacroRocAuc.ShouldBeNull();
        metrics.Undefined["roc_auc_ovr_macro"].ShouldBe("no row is labelled '类2'");
        metrics.Undefined["pr_auc_ovr_macro"].ShouldBe("no row is labelled '类2'");
    }

    [Fact]
    public void Compute_OneClassOnly_HasNoCorrelationAndNoRocAuc()
    {
        var metrics = ClassificationMetrics.Compute([1, 1], [[0.0, 1.0], [0.0, 2.0]], Names(2));

        (metrics.Accuracy, metrics.MatthewsCorrelation, metrics.CohenKappa, metrics.PerClass[1].RocAuc).ShouldBe((1, null, null, null));
        metrics.Undefined["mcc"].ShouldBe("every row is labelled '类1'");
        metrics.Undefined["kappa"].ShouldBe("every row is labelled and predicted as '类1'");
        metrics.PerClass[1].Undefined["roc_auc"].ShouldBe("every row is labelled '类1'");
        metrics.PerClass[1].PrAuc.ShouldBe(1);
    }

    [Fact]
    public void Compute_OnePredictionOnly_HasKappaButNoCorrelation()
    {
        var metrics = ClassificationMetrics.Compute([0, 1], [[0.0, 1.0], [0.0, 2.0]], Names(2));

        (metrics.MatthewsCorrelation, metrics.CohenKappa).ShouldBe((null, 0));
        metrics.Undefined["mcc"].ShouldBe("every row is predicted as '类1'");
    }

    [Fact]
    public void Compute_LogitsOutOfAnyProbability_HasAFiniteLoss() =>
        ClassificationMetrics.Compute([0, 1], [[-2000.0, 2000.0], [1e300, 1e300]], Names(2)).Loss!.Value.ShouldBe((4000 + Math.Log(2)) / 2, Tolerance);

    [Fact]
    public void Compute_LogitsFartherApartThanANumber_HasNoLossAndSaysWhy()
    {
        var metrics = ClassificationMetrics.Compute([0], [[-1e308, 1e308]], Names(2));

        metrics.Loss.ShouldBeNull();
        metrics.Undefined["loss"].ShouldBe("it is too large for a number");
    }

    [Fact]
    public void Named_EveryName_GivesItsProperty()
    {
        var golden = MetricGolden.All[2];
        var metrics = ClassificationMetrics.Compute(golden.Labels, golden.Logits, Names(6));

        MetricName.All.Select(metrics.Named).ShouldBe([
            metrics.MacroF1, metrics.Micro.F1, metrics.Weighted.F1, metrics.Accuracy, metrics.BalancedAccuracy, metrics.Macro.Precision,
            metrics.Macro.Recall, metrics.MatthewsCorrelation, metrics.CohenKappa, metrics.MacroRocAuc, metrics.MacroPrAuc, metrics.Loss,
        ]);
        Should.Throw<ArgumentException>(() => metrics.Named("f1")).Message.ShouldStartWith(
            "The metric must be one of f1_macro, f1_micro, f1_weighted, accuracy, balanced_accuracy, precision_macro, recall_macro, mcc, kappa, "
            + "roc_auc_ovr_macro, pr_auc_ovr_macro, loss, but is f1.");
    }

    [Fact]
    public void Compute_InputThatDoesNotFit_SaysWhichEntry()
    {
        double[][] logits = [[1.0, 0.0], [0.0, 1.0]];

        Message(() => ClassificationMetrics.Compute([0], logits, Names(2))).ShouldStartWith("logits must have a row for each label (1), but has 2.");
        Message(() => ClassificationMetrics.Compute([0, 1], logits, Names(2), [true])).ShouldStartWith("seen must have an entry for each label (2), but has 1.");
        Message(() => ClassificationMetrics.Compute([0, 2], logits, Names(2))).ShouldStartWith("labelIds[1] must be a class, 0 to 1, but is 2.");
        Message(() => ClassificationMetrics.Compute([0, 1], logits, Names(3))).ShouldStartWith("logits[0] must have a number for each class (3), but has 2.");
        Message(() => ClassificationMetrics.Compute([0], [[double.NaN, 0.0]], Names(2))).ShouldStartWith("logits[0] must be finite, but holds NaN.");
        Message(() => ClassificationMetrics.Compute([0], logits, [])).ShouldStartWith("labelNames must hold at least one name, but is empty.");

        static string Message(Action compute) => Should.Throw<ArgumentException>(compute).Message;
    }

    private static string[] Names(int classes) => [.. Enumerable.Range(0, classes).Select(id => $"类{id}")];

    private static void ShouldBe(PrecisionRecallF1 actual, double[] expected)
    {
        actual.Precision!.Value.ShouldBe(expected[0], Tolerance);
        actual.Recall!.Value.ShouldBe(expected[1], Tolerance);
        actual.F1!.Value.ShouldBe(expected[2], Tolerance);
    }
}
