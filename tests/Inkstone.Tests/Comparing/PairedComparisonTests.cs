using Inkstone.Comparing;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Comparing;

public sealed class PairedComparisonTests
{
    [Fact]
    public void Of_OneSideRightFarMoreOften_Stands()
    {
        // 100 rows of two classes: the first is wrong on 40 of them, the second on 10 of these and on 2 others.
        int[] labels = [.. Enumerable.Range(0, 100).Select(row => row % 2)];
        int[] first = [.. labels.Select((id, row) => row < 40 ? 1 - id : id)];
        int[] second = [.. labels.Select((id, row) => row < 10 || row > 97 ? 1 - id : id)];

        var comparison = PairedComparison.Of(labels, first, second, 2);

        (comparison.Samples, comparison.OnlyFirstRight, comparison.OnlySecondRight, comparison.Disagreements).ShouldBe((100, 2, 30, 32));
        comparison.Accuracy.ShouldBe(0.28, 1e-12);
        comparison.MacroF1.ShouldBe(0.28, 1e-12);
        comparison.McNemarP.ShouldBe(McNemar.PValue(2, 30));
        comparison.MacroF1Interval!.Value.Low.ShouldBeInRange(0.15, 0.2);
        comparison.MacroF1Interval!.Value.High.ShouldBeInRange(0.35, 0.4);
        (comparison.AccuracyStands, comparison.MacroF1Stands).ShouldBe((true, true));
        comparison.Sentence("a", "b").ShouldStartWith("b is 28.0 points of macro-F1 above a (95 % interval +1");
        comparison.Sentence("a", "b").ShouldEndWith("accuracy +28.0, McNemar p < 0.001; 100 rows): the difference stands.");
    }

    [Fact]
    public void Of_TheSamePredictions_AreLevel()
    {
        var comparison = PairedComparison.Of([0, 1, 1], [0, 1, 0], [0, 1, 0], 2);

        (comparison.McNemarP, comparison.AccuracyStands, comparison.MacroF1Stands).ShouldBe((1, false, false));
        comparison.Sentence("a", "b").ShouldBe("b is level with a (95 % interval 0.0 to 0.0; accuracy 0.0, McNemar p 1.000; 3 rows): the difference does not stand.");
    }

    [Fact]
    public void Of_OneRowThatDiffers_ProvesNothing()
    {
        var comparison = PairedComparison.Of([0], [1], [0], 2);

        (comparison.MacroF1Interval, comparison.AccuracyInterval).ShouldBe((null, null));
        comparison.Sentence("a", "b").ShouldBe("b is 50.0 points of macro-F1 above a (no interval: one row cannot vary; accuracy +100.0, McNemar p 1.000; 1 row): the difference does not stand.");
        (comparison.AccuracyStands, comparison.MacroF1Stands).ShouldBe((false, false));
    }

    [Fact]
    public void Of_NoRows_IsRefused() => Should.Throw<ArgumentException>(() => PairedComparison.Of([], [], [], 2));
}
