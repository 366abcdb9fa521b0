using Inkstone.Text.Tests.Corpora;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Cleaning;

public class RowJudgeTests
{
    [Fact]
    public void Clean_Defaults_RemovesEmptyAndDuplicateRowsAndListsThem()
    {
        List<Row> rows =
        [
            SomeFile.Row("好", "1", line: 2), SomeFile.Row("", "1", line: 3), SomeFile.Row("　\t", "0", line: 4), SomeFile.Row("好", "1", line: 5),
            SomeFile.Row("好", "0", line: 6), SomeFile.Row("好", null, line: 7), SomeFile.Row("好", "1", "对", line: 8),
        ];

        var cleaned = Clean(rows, new CleaningOptions());

        cleaned.Rows.Select(row => row.Line).ShouldBe([2, 6, 7, 8]);
        cleaned.Removed.Select(removed => (removed.Row.File, removed.Row.Line, removed.Reason)).ShouldBe(
            [("x.csv", 3, RemovalReason.Empty), ("x.csv", 4, RemovalReason.Empty), ("x.csv", 5, RemovalReason.Duplicate)]);
        cleaned.Removed.Count(removed => removed.Reason == RemovalReason.Empty).ShouldBe(2);
        cleaned.Removed.Count(removed => removed.Reason == RemovalReason.TooLong).ShouldBe(0);
    }

    [Fact]
    public void Clean_EveryStepOff_KeepsEveryRow()
    {
        List<Row> rows = [SomeFile.Row("", "1"), SomeFile.Row("", "1"), SomeFile.Row("", "0"), SomeFile.Row("好")];

        var cleaned = Clean(rows, new CleaningOptions { DropEmpty = false, DropDuplicates = false, MinCharacters = 0 });

        cleaned.Rows.ShouldBe(rows);
        cleaned.Removed.ShouldBeEmpty();
    }

    [Fact]
    public void Clean_DropConflicting_RemovesEveryRowOfTheText()
    {
        List<Row> rows = [SomeFile.Row("甲", "1"), SomeFile.Row("乙", "1"), SomeFile.Row("甲", "0"), SomeFile.Row("甲", "1"), SomeFile.Row("乙")];

        var cleaned = Clean(rows, new CleaningOptions { DropConflicting = true });

        cleaned.Rows.Select(row => row.Text).ShouldBe(["乙", "乙"]);
        cleaned.Removed.Count(removed => removed.Reason == RemovalReason.Conflicting).ShouldBe(3);
    }

    [Fact]
    public void Clean_Limits_CountCodePoints()
    {
        List<Row> rows = [SomeFile.Row("𠮷"), SomeFile.Row("𠮷𠮷"), SomeFile.Row("好𠮷好"), SomeFile.Row("好好好好")];

        var cleaned = Clean(rows, new CleaningOptions { MinCharacters = 2, MaxCharacters = 3 });

        cleaned.Rows.Select(row => row.Text).ShouldBe(["𠮷𠮷", "好𠮷好"]);
        cleaned.Removed.Select(removed => removed.Reason).ShouldBe([RemovalReason.TooShort, RemovalReason.TooLong]);
    }

    [Fact]
    public void Clean_DropUnlabelled_CountsThem()
    {
        var cleaned = Clean([SomeFile.Row("甲", "1"), SomeFile.Row("乙")], new CleaningOptions(), dropUnlabelled: true);

        cleaned.Rows.Single().Text.ShouldBe("甲");
        cleaned.Removed.Count(removed => removed.Reason == RemovalReason.Unlabelled).ShouldBe(1);
    }

    [Fact]
    public void Clean_NormalizedDuplicates_DifferInWidthCaseAndBlanksAlone()
    {
        List<Row> rows =
        [
            SomeFile.Row("很好 OK", "1", line: 1), SomeFile.Row("很好ＯＫ", "1", line: 2), SomeFile.Row("很好 OK", "1", line: 3), SomeFile.Row("很好ok!", "1", line: 4),
            SomeFile.Row("很 好 ok", "0", line: 5), SomeFile.Row("很好ok", "1", "对", line: 6),
        ];

        var options = new CleaningOptions { DropNormalizedDuplicates = true };
        Clean(rows, options).Removed.Select(removed => (removed.Row.Line, removed.Reason)).ShouldBe(
            [(2, RemovalReason.NormalizedDuplicate), (3, RemovalReason.Duplicate)]);
        Clean(rows, options with { DropConflicting = true }).Rows.Select(row => row.Line).ShouldBe([4, 6]);
        Clean(rows, options with { DropDuplicates = false }).Removed.Count(removed => removed.Reason == RemovalReason.NormalizedDuplicate).ShouldBe(2);
    }

    [Fact]
    public void Clean_WithTextSteps_JudgesCleanedTextsAndGivesRawOnes()
    {
        List<Row> rows = [SomeFile.Row("好[泪]", "1"), SomeFile.Row("好", "1"), SomeFile.Row("[泪]", "1")];

        var cleaned = Clean(rows, new CleaningOptions { Emoticons = MarkupTreatment.Remove });

        cleaned.Rows.ShouldBe([rows[0]]);
        cleaned.Removed.ShouldBe([new RemovedRow(rows[1], RemovalReason.Duplicate), new RemovedRow(rows[2], RemovalReason.Empty)]);
    }

    [Fact]
    public void RemovedFile_RowsOfASecondReading_NamesPlaceReasonAndText()
    {
        List<Row> rows = [SomeFile.Row("好,\n", "1", line: 2), SomeFile.Row("好,\n", "1", line: 4), SomeFile.Row("", null, "对", line: 6)];
        var judge = new RowJudge(new CleaningOptions(), dropUnlabelled: true);
        rows.ForEach(judge.Add);
        using var stream = new MemoryStream();

        using (var file = new RemovedFile(stream))
        {
            foreach (var (row, reason) in rows.Zip(judge.Finish()))
            {
                if (reason is not null)
                {
                    file.Add(new RemovedRow(row, reason.Value));
                }
            }

            file.Add(new SetAsideRecord("x.csv", 9, "byte 0xFF is no UTF-8"));
            file.Count.ShouldBe(3);
        }

        System.Text.Encoding.UTF8.GetString(stream.ToArray()).ShouldBe(
            "file,line,reason,label,text,text_pair,problem,id,row\nx.csv,4,duplicate,1,\"好,\n\",,,,\nx.csv,6,empty,,,对,,,\nx.csv,9,unreadable,,,,byte 0xFF is no UTF-8,,\n");
    }

    /// <summary>Training on a file larger than memory depends on it.</summary>
    [Fact]
    public void RowJudge_ManyRows_KeepsNoText()
    {
        var judge = new RowJudge(new CleaningOptions { DropConflicting = true, DropNormalizedDuplicates = true }, dropUnlabelled: true);

        var texts = AddRows(judge);
        GC.Collect();

        texts.ShouldAllBe(text => !text.IsAlive);
        judge.Finish().ShouldAllBe(reason => reason == RemovalReason.Conflicting);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static List<WeakReference> AddRows(RowJudge judge) =>
        [
            .. Enumerable.Range(0, 1000).Select(i =>
            {
                var row = SomeFile.Row($"第{i / 2}条", i % 2 == 0 ? "a" : "b");
                judge.Add(row);
                return new WeakReference(row.Text);
            }),
        ];
    }

    [Fact]
    public void FindProblems_FaultyValues_ListsAllOfThem()
    {
        var options = new CleaningOptions { MinCharacters = -1, MaxCharacters = 0, RepeatedCharacters = -2, UrlWord = " " };

        options.FindProblems().ShouldBe(
        [
            "data.cleaning.min_characters must be at least 0, but is -1; 1 removes only empty texts.",
            "data.cleaning.max_characters must be at least 1 and at least min_characters (-1), but is 0; null sets no limit.",
            "data.cleaning.repeated_characters must be at least 0, but is -2; 3 is usual, and 0 sets no limit.",
            "data.cleaning.url_word must be a word, but is empty; to have none, say remove instead of replace.",
        ]);
        Should.Throw<ArgumentException>(() => Clean([], options)).Message.ShouldStartWith(string.Join(Environment.NewLine, options.FindProblems()));
        new CleaningOptions().FindProblems().ShouldBeEmpty();
    }

    private static (List<Row> Rows, List<RemovedRow> Removed) Clean(IEnumerable<Row> rows, CleaningOptions options, bool dropUnlabelled = false)
    {
        var judge = new RowJudge(options, dropUnlabelled);
        var cleaner = TextCleaner.For(options);
        List<Row> all = [.. rows];
        all.ForEach(row => judge.Add(cleaner.Clean(row)));
        var judged = all.Zip(judge.Finish()).ToList();
        return ([.. judged.Where(pair => pair.Second is null).Select(pair => pair.First)],
            [.. judged.Where(pair => pair.Second is not null).Select(pair => new RemovedRow(pair.First, pair.Second!.Value))]);
    }
}
