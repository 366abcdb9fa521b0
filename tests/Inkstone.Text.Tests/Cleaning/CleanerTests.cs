using Inkstone.Text.Tests.Corpora;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Cleaning;

public class CleanerTests
{
    [Fact]
    public void Clean_Defaults_RemovesEmptyAndDuplicateRowsAndListsThem()
    {
        List<Row> rows =
        [
            SomeFile.Row("好", "1", line: 2), SomeFile.Row("", "1", line: 3), SomeFile.Row("　\t", "0", line: 4), SomeFile.Row("好", "1", line: 5),
            SomeFile.Row("好", "0", line: 6), SomeFile.Row("好", null, line: 7), SomeFile.Row("好", "1", "对", line: 8),
        ];

        var cleaned = Cleaner.Clean(rows, new CleaningOptions());

        cleaned.Rows.Select(row => row.Line).ShouldBe([2, 6, 7, 8]);
        cleaned.Report.Kept.ShouldBe(4);
        cleaned.Report.Removed.Select(removed => (removed.Row.File, removed.Row.Line, removed.Reason)).ShouldBe(
            [("x.csv", 3, RemovalReason.Empty), ("x.csv", 4, RemovalReason.Empty), ("x.csv", 5, RemovalReason.Duplicate)]);
        cleaned.Report.Count(RemovalReason.Empty).ShouldBe(2);
        cleaned.Report.Count(RemovalReason.TooLong).ShouldBe(0);
    }

    [Fact]
    public void Clean_EveryStepOff_KeepsEveryRow()
    {
        List<Row> rows = [SomeFile.Row("", "1"), SomeFile.Row("", "1"), SomeFile.Row("", "0"), SomeFile.Row("好")];

        var cleaned = Cleaner.Clean(rows, new CleaningOptions { DropEmpty = false, DropDuplicates = false, MinCharacters = 0 });

        cleaned.Rows.ShouldBe(rows);
        cleaned.Report.Removed.ShouldBeEmpty();
    }

    [Fact]
    public void Clean_DropConflicting_RemovesEveryRowOfTheText()
    {
        List<Row> rows = [SomeFile.Row("甲", "1"), SomeFile.Row("乙", "1"), SomeFile.Row("甲", "0"), SomeFile.Row("甲", "1"), SomeFile.Row("乙")];

        var cleaned = Cleaner.Clean(rows, new CleaningOptions { DropConflicting = true });

        cleaned.Rows.Select(row => row.Text).ShouldBe(["乙", "乙"]);
        cleaned.Report.Count(RemovalReason.Conflicting).ShouldBe(3);
    }

    [Fact]
    public void Clean_Limits_CountCodePoints()
    {
        List<Row> rows = [SomeFile.Row("𠮷"), SomeFile.Row("𠮷𠮷"), SomeFile.Row("好𠮷好"), SomeFile.Row("好好好好")];

        var cleaned = Cleaner.Clean(rows, new CleaningOptions { MinCharacters = 2, MaxCharacters = 3 });

        cleaned.Rows.Select(row => row.Text).ShouldBe(["𠮷𠮷", "好𠮷好"]);
        cleaned.Report.Removed.Select(removed => removed.Reason).ShouldBe([RemovalReason.TooShort, RemovalReason.TooLong]);
    }

    [Fact]
    public void Clean_DropUnlabelled_CountsThem()
    {
        var cleaned = Cleaner.Clean([SomeFile.Row("甲", "1"), SomeFile.Row("乙")], new CleaningOptions(), dropUnlabelled: true);

        cleaned.Rows.Single().Text.ShouldBe("甲");
        cleaned.Report.Count(RemovalReason.Unlabelled).ShouldBe(1);
    }

    [Fact]
    public void FindProblems_FaultyValues_ListsAllOfThem()
    {
        var options = new CleaningOptions { MinCharacters = -1, MaxCharacters = 0, Normalize = TextNormalization.Weibo, TraditionalToSimplified = true };

        options.FindProblems().ShouldBe(
        [
            "data.cleaning.min_characters must be at least 0, but is -1; 1 removes only empty texts.",
            "data.cleaning.max_characters must be at least 1 and at least min_characters (-1), but is 0; null sets no limit.",
            "data.cleaning.normalize must be none, but is weibo; nfkc and weibo are not available in this version.",
            "data.cleaning.traditional_to_simplified must be false, but is true; it is not available in this version.",
        ]);
        Should.Throw<ArgumentException>(() => Cleaner.Clean([], options)).Message.ShouldStartWith(string.Join(Environment.NewLine, options.FindProblems()));
        new CleaningOptions().FindProblems().ShouldBeEmpty();
    }
}
