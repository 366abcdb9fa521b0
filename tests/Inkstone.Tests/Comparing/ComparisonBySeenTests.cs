using Inkstone.Comparing;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Comparing;

/// <summary>Rows that were trained on do not say who is better.</summary>
public sealed class ComparisonBySeenTests
{
    // 40 rows that were trained on, all right by heart in the one; 60 others, on which the two are nearly level.
    private static readonly int[] Labels = [.. Enumerable.Range(0, 100).Select(row => row % 2)];
    private static readonly int[] LearntByHeart = [.. Labels.Select((id, row) => row is >= 40 and < 55 ? 1 - id : id)];
    private static readonly int[] Other = [.. Labels.Select((id, row) => row < 20 || row is >= 54 and < 70 ? 1 - id : id)];

    [Fact]
    public void Of_SomeRowsSeen_JudgesByTheOthers()
    {
        var comparison = ComparisonBySeen.Of(Labels, LearntByHeart, Other, 2, [.. Enumerable.Range(0, 100).Select(row => row < 40)]);

        (comparison.Seen, comparison.Unseen!.Samples, comparison.All.Samples).ShouldBe((40, 60, 100));
        (comparison.All.MacroF1Stands, comparison.Unseen.MacroF1Stands).ShouldBe((true, false));
        var sentence = comparison.Sentence("the baseline", "The encoder");
        sentence.ShouldStartWith("Where rows were not trained on: The encoder is 1.7 points of macro-F1 below the baseline (95 % interval -");
        sentence.ShouldEndWith("60 rows): the difference does not stand. (40 of 100 rows were; on all of them: The encoder is 21.0 points of macro-F1 below the baseline.)");
    }

    [Fact]
    public void Of_EveryRowSeen_SaysThatNothingWasMeasured() =>
        ComparisonBySeen.Of(Labels, LearntByHeart, Other, 2, [.. Enumerable.Repeat(true, 100)]).Sentence("the baseline", "The encoder")
            .ShouldBe("The encoder is 21.0 points of macro-F1 below the baseline, but every one of the 100 rows was trained on: who is better on new texts was not measured.");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_NoRowSeenOrNotKnown_IsThePlainComparison(bool isKnown)
    {
        var comparison = ComparisonBySeen.Of(Labels, LearntByHeart, Other, 2, isKnown ? [.. Enumerable.Repeat(false, 100)] : null);

        (comparison.Seen, comparison.Unseen).ShouldBe((0, null));
        comparison.Sentence("a", "b").ShouldBe(comparison.All.Sentence("a", "b"));
    }
}
