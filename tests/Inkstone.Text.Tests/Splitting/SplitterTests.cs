using FsCheck;
using FsCheck.Fluent;
using Inkstone.Text.Tests.Corpora;
using Inkstone.Text.Corpora;
using Inkstone.Text.Splitting;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Splitting;

public class SplitterTests
{
    private static readonly List<Row> Imbalanced =
    [
        .. Enumerable.Range(0, 1000).Select(i => SomeFile.Row($"第{i}条", i < 900 ? "多" : i < 997 ? "少" : i < 999 ? "二" : "一", line: i + 2)),
    ];

    [Fact]
    public void Split_Stratified_GivesEveryClassItsShare()
    {
        var split = Splitter.Split(Imbalanced, new SplitOptions());

        Counts(split.Validation).ShouldBe(new Dictionary<string, int> { ["多"] = 90, ["少"] = 10, ["二"] = 1 }, ignoreOrder: true);
        split.Train.Count.ShouldBe(1000 - 101);
        split.Train.Select(row => row.Line).ShouldBeInOrder();
    }

    [Fact]
    public void Split_NotStratified_GivesTheShareOfAllRows() =>
        Splitter.Split(Imbalanced, new SplitOptions { Stratify = false, ValidationSplit = 0.25 }).Validation.Count.ShouldBe(250);

    [Fact]
    public void Split_ShareOfZero_KeepsAllForTraining()
    {
        var split = Splitter.Split(Imbalanced, new SplitOptions { ValidationSplit = 0 });

        split.Train.ShouldBe(Imbalanced);
        split.Validation.ShouldBeEmpty();
    }

    [Fact]
    public void Split_AnotherSeed_ChoosesOthers()
    {
        var one = Splitter.Split(Imbalanced, new SplitOptions { Seed = 1 }).Validation;
        var two = Splitter.Split(Imbalanced, new SplitOptions { Seed = 2 }).Validation;

        one.Intersect(two).Count().ShouldBeLessThan(30);
    }

    /// <summary>Later versions must part the same rows the same way: a published validation score depends on it.</summary>
    [Fact]
    public void Split_KnownTexts_StaysAsItWas()
    {
        var rows = Enumerable.Range(0, 20).Select(i => SomeFile.Row($"第{i}条", i % 2 == 0 ? "a" : "b", i < 10 ? null : "对")).ToList();

        var split = Splitter.Split(rows, new SplitOptions { ValidationSplit = 0.3 });

        string.Join(" ", split.Validation.Select(row => row.Text)).ShouldBe("第0条 第5条 第9条 第13条 第16条 第18条");
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Split_ShareOutOfRange_SaysTheRule(double share) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Splitter.Split(Imbalanced, new SplitOptions { ValidationSplit = share })).Message.ShouldStartWith(
            FormattableString.Invariant($"data.validation_split must be at least 0 and less than 1, but is {share}; 0.1 is usual, and 0 splits nothing."));

    [Fact]
    public void Split_AnyRows_LosesNothingAndPartsTexts() => Prop.ForAll(SomeRows(), SomeOptions(), (rows, options) =>
    {
        var split = Splitter.Split(rows, options);

        split.Train.Concat(split.Validation).Select(row => row.Line).ShouldBe(rows.Select(row => row.Line), ignoreOrder: true);
        split.Train.Select(row => row.Text).Intersect(split.Validation.Select(row => row.Text)).ShouldBeEmpty();
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Split_RowsInAnotherOrder_ChoosesTheSame() => Prop.ForAll(SomeRows(), SomeOptions(), (rows, options) =>
    {
        var split = Splitter.Split(rows, options);
        var reversed = Splitter.Split([.. Enumerable.Reverse(rows)], options);

        reversed.Validation.Select(row => row.Line).ShouldBe(split.Validation.Select(row => row.Line), ignoreOrder: true);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Split_ClassWithTwoTexts_IsOnBothSides() => Prop.ForAll(SomeOptions(), Gen.Choose(2, 30).ToArbitrary(), (options, count) =>
    {
        var rows = Enumerable.Range(0, count).SelectMany(i => new[] { SomeFile.Row($"甲{i}", "a"), SomeFile.Row($"乙{i}", "b") }).ToList();

        var split = Splitter.Split(rows, options with { Stratify = true });

        Counts(split.Train).Count.ShouldBe(2);
        Counts(split.Validation).Count.ShouldBe(2);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Split_Groups_AreNeverCut_NorWhatTheyTieTogether()
    {
        // A user's rows belong together, and so do two users who wrote the same text.
        var rows = Enumerable.Range(0, 400).Select(i => SomeFile.Row(i % 40 == 0 ? $"同{i / 80}" : $"第{i}条", i % 3 == 0 ? "a" : "b", line: i) with { Group = i % 5 == 1 ? null : $"用户{i / 10}" }).ToList();

        var split = Splitter.Split(rows, new SplitOptions { ValidationSplit = 0.25 });

        split.Validation.Count.ShouldBeInRange(70, 130);
        Users(split.Train).Intersect(Users(split.Validation)).ShouldBeEmpty();
        split.Train.Select(row => row.Text).Intersect(split.Validation.Select(row => row.Text)).ShouldBeEmpty();
        Splitter.Split([.. Enumerable.Reverse(rows)], new SplitOptions { ValidationSplit = 0.25 }).Validation.Select(row => row.Line)
            .ShouldBe(split.Validation.Select(row => row.Line), ignoreOrder: true);

        static IEnumerable<string> Users(IEnumerable<Row> rows) => rows.Select(row => row.Group).OfType<string>().Distinct();
    }

    [Fact]
    public void Split_LargeAndSmallGroups_ComeFirstAlikeOften()
    {
        var rows = Enumerable.Range(0, 1000).Select(i => SomeFile.Row($"第{i}条") with { Group = i < 500 ? $"大{i / 50}" : $"小{i / 5}" }).ToList();

        var large = Enumerable.Range(0, 50).Sum(seed => Splitter.Split(rows, new SplitOptions { ValidationSplit = 0.3, Seed = (ulong)seed }).Validation.Count(row => row.Group![0] == '大'));

        large.ShouldBeInRange(50 * 300 * 30 / 100, 50 * 300 * 70 / 100);
    }

    [Fact]
    public void Split_Keys_ChoosesAsForRows()
    {
        var chosen = Splitter.Split([.. Imbalanced.Select(SplitKey.Of)], new SplitOptions());

        Imbalanced.Where((_, i) => chosen[i]).ShouldBe(Splitter.Split(Imbalanced, new SplitOptions()).Validation);
    }

    [Fact]
    public void Sides_ThreeWays_HasTheSharesOfAllRows()
    {
        var keys = Imbalanced.Select(SplitKey.Of).ToList();

        var sides = Splitter.Sides(keys, new SplitOptions { ValidationSplit = 0.1, TestSplit = 0.2 });

        sides.CountBy(side => side).ShouldBe([new(SplitSide.Train, 700), new(SplitSide.Validation, 100), new(SplitSide.Test, 200)], ignoreOrder: true);
        Imbalanced.Where((row, i) => row.Label == "少" && sides[i] == SplitSide.Test).Count().ShouldBeInRange(19, 20);
        Splitter.Sides(keys, new SplitOptions { TestSplit = 0 }).Select(side => side == SplitSide.Validation).ShouldBe(Splitter.Split(keys, new SplitOptions()));
        Splitter.Sides([.. Enumerable.Reverse(keys)], new SplitOptions { TestSplit = 0.2 }).Reverse().ShouldBe(sides);
    }

    [Theory]
    [InlineData(0.9, 0.1)]
    [InlineData(0.1, -0.1)]
    [InlineData(0.1, double.NaN)]
    public void Sides_SharesOutOfRange_SaysTheRule(double validation, double test) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Splitter.Sides([], new SplitOptions { ValidationSplit = validation, TestSplit = test })).Message.ShouldStartWith("the test share must be at least 0 and");

    [Fact]
    public void Sides_FewLargeGroups_LeaveNoPartEmpty()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var keys = Enumerable.Range(0, 400).Select(i => new SplitKey((UInt128)(i + 1), $"{i % 2}", $"g{i / 100}")).ToList();

            Splitter.Sides(keys, new SplitOptions { ValidationSplit = 0.1, TestSplit = 0.2, Seed = seed }).Distinct().Count().ShouldBe(3);
        }
    }

    [Fact]
    public void Sides_OneHugeGroup_LeavesTheOthersToBothParts()
    {
        var keys = Enumerable.Range(0, 1000).Select(i => new SplitKey((UInt128)(i + 1), null, i < 800 ? "huge" : null)).ToList();

        var sides = Splitter.Sides(keys, new SplitOptions { ValidationSplit = 0.1, TestSplit = 0.2 });

        sides.Count(side => side == SplitSide.Validation).ShouldBeInRange(60, 70);
        sides.Count(side => side == SplitSide.Test).ShouldBeInRange(130, 140);
    }

    [Fact]
    public void Folds_Rows_AreOfOneSizeAndHaveEveryClass()
    {
        var keys = Imbalanced.Select(SplitKey.Of).ToList();

        var folds = Splitter.Folds(keys, 5, new SplitOptions());

        folds.CountBy(fold => fold).ShouldAllBe(fold => fold.Value >= 199 && fold.Value <= 201);
        Imbalanced.Zip(folds).Where(row => row.First.Label == "少").CountBy(row => row.Second).ShouldAllBe(fold => fold.Value == 19 || fold.Value == 20);
        Splitter.Folds([.. Enumerable.Reverse(keys)], 5, new SplitOptions()).Reverse().ShouldBe(folds);
        Splitter.Folds(keys, 5, new SplitOptions { Seed = 7 }).ShouldNotBe(folds);
    }

    [Fact]
    public void Folds_AnyRowsWithGroups_CutNoTextAndNoGroup() => Prop.ForAll(SomeRows(), Gen.Choose(2, 4).ToArbitrary(), (rows, folds) =>
    {
        var keys = rows.Select((row, i) => SplitKey.Of(row) with { Group = i % 3 == 0 ? $"组{i % 9}" : null }).ToList();
        int blocks = BlocksOf(keys);
        if (blocks < folds)
        {
            Should.Throw<FoldCountException>(() => Splitter.Folds(keys, folds, new SplitOptions()));
            return;
        }

        var foldOf = Splitter.Folds(keys, folds, new SplitOptions());

        foldOf.Distinct().Count().ShouldBe(folds);
        keys.Zip(foldOf).GroupBy(row => row.First.Text).ShouldAllBe(text => text.Select(row => row.Second).Distinct().Count() == 1);
        keys.Zip(foldOf).Where(row => row.First.Group is not null).GroupBy(row => row.First.Group).ShouldAllBe(group => group.Select(row => row.Second).Distinct().Count() == 1);
    }).QuickCheckThrowOnFailure();

    /// <summary>Counted the slow and simple way: numbers spread until nothing changes.</summary>
    private static int BlocksOf(List<SplitKey> keys)
    {
        int[] block = [.. Enumerable.Range(0, keys.Count)];
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int i = 0; i < keys.Count; i++)
            {
                for (int j = 0; j < keys.Count; j++)
                {
                    if (block[j] < block[i] && (keys[i].Text == keys[j].Text || (keys[i].Group is not null && keys[i].Group == keys[j].Group)))
                    {
                        (block[i], changed) = (block[j], true);
                    }
                }
            }
        }

        return block.Distinct().Count();
    }

    private static Arbitrary<List<Row>> SomeRows() => Gen.NonEmptyListOf(
            Gen.Elements("甲", "乙", "丙", "丁", "戊", "己").SelectMany(text => Gen.Elements("a", "b", "c", null).Select(label => (text, label))))
        .Select(rows => rows.Select((row, i) => SomeFile.Row(row.text, row.label, line: i + 1)).ToList()).ToArbitrary();

    private static Arbitrary<SplitOptions> SomeOptions() => Gen.Choose(1, 95).SelectMany(share => Gen.Choose(0, 9).SelectMany(seed =>
        Gen.Elements(true, false).Select(stratify => new SplitOptions { ValidationSplit = share / 100.0, Seed = (ulong)seed, Stratify = stratify }))).ToArbitrary();

    private static Dictionary<string, int> Counts(IReadOnlyList<Row> rows) => rows.CountBy(row => row.Label!).ToDictionary();
}
