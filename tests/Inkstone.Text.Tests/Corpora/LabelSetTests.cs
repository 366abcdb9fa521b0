using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

public class LabelSetTests
{
    [Theory]
    [InlineData("10 9 2 9", "2 9 10")]
    [InlineData("10 9 b", "10 9 b")]
    [InlineData("正面 负面", "正面 负面")]
    [InlineData("b a B", "B a b")]
    public void ForTraining_NoNames_SortsIntegersByValueAndOthersOrdinally(string labels, string names) =>
        LabelSet.ForTraining(Rows(labels)).Names.ShouldBe(names.Split(' '));

    [Fact]
    public void ForTraining_Names_FixTheOrder()
    {
        var labels = LabelSet.ForTraining(Rows("pos neg"), ["pos", "neutral", "neg"]);

        labels.Count.ShouldBe(3);
        Rows("pos neg neutral").Select(labels.IdOf).ShouldBe([0, 2, 1]);
        labels.IdOf(SomeFile.Row("甲")).ShouldBeNull();
    }

    [Fact]
    public void ForTraining_IntegersAndNames_MapsByIndex() =>
        Rows("0 1 0").Select(LabelSet.ForTraining(Rows("0 1"), ["neg", "pos"]).IdOf).ShouldBe([0, 1, 0]);

    [Fact]
    public void IdOf_NumberWhereNamesWereOnlySorted_IsRefused()
    {
        var labels = LabelSet.ForTraining(Rows("正面 负面"));

        labels.TryGetId("1", out _).ShouldBeFalse();
        Should.Throw<InvalidDataFileException>(() => labels.IdOf(Rows("1")[0])).Message.ShouldContain("a number could mean any of them");
        new LabelSet(labels.Names).TryGetId("1", out int id).ShouldBeTrue();
        id.ShouldBe(1);
    }

    [Fact]
    public void IdOf_NamesThatAreIntegers_AreNamesOnly()
    {
        var labels = LabelSet.ForTraining(Rows("1 2"), ["1", "2", "3"]);

        labels.IdOf(Rows("1")[0]).ShouldBe(0);
        labels.TryGetId("0", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("坏", "坏")]
    [InlineData("2", "2")]
    public void IdOf_UnknownLabel_SaysWhereAndWhatIsKnown(string label, string shown)
    {
        var row = SomeFile.Row("甲", label, line: 7);

        Should.Throw<InvalidDataFileException>(() => new LabelSet(["neg", "pos"]).IdOf(row)).Message.ShouldBe(
            $"x.csv, line 7: the label '{shown}' is not among the label names; expected one of neg, pos. Correct the label, or add it to label_names.");
    }

    [Fact]
    public void ForTraining_OneClass_SaysWhich() =>
        Should.Throw<InvalidDataFileException>(() => LabelSet.ForTraining(Rows("pos pos"), ["neg", "pos"])).Message.ShouldBe(
            "x.csv: every labelled row has the label pos; expected rows of at least two classes. Check that the label column is the right one (label_column).");

    [Fact]
    public void ForTraining_NoLabels_SaysSo() =>
        Should.Throw<InvalidDataFileException>(() => LabelSet.ForTraining([SomeFile.Row("甲")])).Problem.ShouldBe("no row has a label");

    [Theory]
    [InlineData("a", "a", "label_names must be different and not empty, but 'a' is not; remove or rename it.")]
    [InlineData("a", "", "label_names must be different and not empty, but '' is not; remove or rename it.")]
    public void New_FaultyNames_SaysWhich(string first, string second, string message) =>
        Should.Throw<ArgumentException>(() => new LabelSet([first, second])).Message.ShouldStartWith(message);

    private static List<Row> Rows(string labels) => [.. labels.Split(' ').Select(label => SomeFile.Row("文", label))];
}
