using Inkstone.Text.Corpora;
using Inkstone.Text.Cleaning;
using Inkstone.Text.Profiling;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Profiling;

public sealed class DataReportTests : IDisposable
{
    private readonly SomeReport some = new();

    public void Dispose() => some.Dispose();

    [Fact]
    public void Of_OneFile_CountsRowsLabelsAndEmptyTexts()
    {
        var file = some.OfRows("好,pos", "坏,neg", "好好,pos", "   ,pos", "坏坏,", "坏坏坏,-1");

        file.Rows.ShouldBe(6);
        file.Labels.ShouldBe([new("pos", 3), new("neg", 1)]);
        file.Unlabelled.ShouldBe(2);
        file.Empty.ShouldBe(1);
        file.Encoding.ShouldBe("utf-8");
    }

    [Fact]
    public void Of_TextsThatDifferInWidthCaseAndSpaceOnly_AreRepeated()
    {
        var file = some.OfRows("ＡＢ Ｃ！,x", "abc!,x", "a b c !,x", "abc？,x");

        file.Duplicates.ShouldBe(2);
        file.Conflicting.ShouldBe(0);
    }

    [Fact]
    public void Of_OneTextWithThreeLabels_IsOneConflictWithThreePlaces()
    {
        var file = some.OfRows("好,a", "坏,a", "好,b", "好 ,b", "好,c", "坏,a", "坏,");

        file.Conflicting.ShouldBe(1);
        file.Conflicts[0].TextStart.ShouldBe("好");
        file.Conflicts[0].Places.Select(place => place.ToString()).ShouldBe(["line 2 (a)", "line 4 (b)", "line 6 (c)"]);
    }

    [Fact]
    public void Of_JsonArrayOnOneLine_NumbersTheRows()
    {
        var path = some.Write("x.json", """[{"text":"好","label":"a"},{"text":"坏","label":"a"},{"text":"好","label":"b"}]""");

        some.Of(path).Files[0].Conflicts[0].Places.Select(place => place.ToString()).ShouldBe(["row 1 (a)", "row 3 (b)"]);
    }

    [Fact]
    public void Of_ExactLeaks_CountsRowsInBothDirectionsAndOtherLabels()
    {
        var train = some.Write("train.csv", "text,label", "好,a", "坏,a", "坏,b", "好好,a");
        var dev = some.Write("dev.csv", "text,label", "好,b", "好,a", " 坏,b", "坏坏,a");

        var leaks = some.Of(train, dev).Leaks;

        leaks.Select(leak => (leak.From, leak.To, leak.Rows, leak.Exact, leak.OtherLabel, leak.Near)).ShouldBe([("dev", "train", 4L, 3L, 1L, 0L), ("train", "dev", 4L, 3L, 1L, 0L)]);
        leaks[1].Examples[0].ShouldBe(new LeakExample("好", new(dev, 2, false, "b"), new(train, 2, false, "a"), 1));
    }

    [Theory]
    [InlineData(25, 0)] // 6 of 20 windows: 30 %, not over it
    [InlineData(26, 1)] // 7 of 20
    public void Of_SharedWindows_IsNearAboveThirtyPercent(int shared, int near)
    {
        var train = some.Write("train.csv", "text,label", $"{SomeReport.Han(0, 40)},a");
        var dev = some.Write("dev.csv", "text,label", $"{SomeReport.Han(0, shared)}{SomeReport.Han(100, 39 - shared)},a");

        var leak = some.Of(train, dev).Leaks.Single(leak => leak.To == "dev");

        (leak.Exact, leak.Near, leak.NearIsEstimate).ShouldBe((0, near, false));
    }

    [Fact]
    public void Of_TextsUnderTwentyCharacters_AreNeverNear()
    {
        var train = some.Write("train.csv", "text,label", $"{SomeReport.Han(0, 19)},a");
        var dev = some.Write("dev.csv", "text,label", $"{SomeReport.Han(0, 18)},a", $"{SomeReport.Han(0, 19)},a");

        var leak = some.Of(train, dev).Leaks.Single(leak => leak.To == "dev");

        (leak.Exact, leak.Near).ShouldBe((1, 0));
    }

    [Fact]
    public void Of_EmojiInWindows_CountAsOneCharacterEach()
    {
        var smiles = string.Concat(Enumerable.Range(0x1F600, 19).Select(char.ConvertFromUtf32));
        var train = some.Write("train.csv", "text,label", $"{smiles}好,a");
        var dev = some.Write("dev.csv", "text,label", $"{smiles}坏,a", $"{smiles}好坏,a");

        // 20 characters, one window, another one; 21 characters, two windows, one of them shared.
        some.Of(train, dev).Leaks.Single(leak => leak.To == "dev").Near.ShouldBe(1);
    }

    [Fact]
    public void Of_PairsOfTexts_CompareAndCutBothTogether()
    {
        var train = some.Write("train.csv", "text,b,label", $"{SomeReport.Han(0, 40)},{SomeReport.Han(50, 40)},x", "好,坏,x", "好,,x");
        var dev = some.Write("dev.csv", "text,b,label", "坏,好,x", "好,坏,x");

        var report = some.Of(new DataReportOptions(), new ReadOptions { TextPairColumn = "b" }, train, dev);

        report.Files[0].Characters.Max.ShouldBe(80);
        report.Files[0].Tokens.Max.ShouldBe(83);
        report.Files[0].Tokens.Percentile(0).ShouldBe(3); // an empty second text needs no third special token
        report.Files[0].Truncation[0].ShouldBe(new TruncationLoss(64, 1, 19));
        report.Files[0].Truncation[1].ShouldBe(new TruncationLoss(96, 0, 0));
        report.Leaks.Single(leak => leak.To == "dev").Exact.ShouldBe(1);
    }

    [Fact]
    public void Of_LongTexts_SaysWhatEachLengthCuts()
    {
        var file = some.OfRows($"{SomeReport.Han(0, 62)},a", $"{SomeReport.Han(0, 63)},a", $"{SomeReport.Han(0, 200)},b");

        file.Truncation.Select(loss => (loss.MaxLength, loss.Rows, loss.Tokens)).ShouldBe(
            [(64, 2L, 139L), (96, 1L, 106L), (128, 1L, 74L), (192, 1L, 10L), (256, 0L, 0L), (384, 0L, 0L), (512, 0L, 0L)]);
    }

    [Fact]
    public void Of_Emoji_AreUnknownCharacterByCharacter()
    {
        var file = some.OfRows("好😂😂,x", "坏🐶ab,x", "ab坏,x");

        // 好 [😂😂] · 坏 [🐶ab] · a ##b 坏: an unknown word has the unknown characters that stand in it.
        (file.TextTokens, file.UnknownTokens).ShouldBe((7, 2));
        file.UnknownCharacters.Select(character => (character.Text, character.Count)).ShouldBe([("😂", 2L), ("b", 1L), ("🐶", 1L)]);
    }

    [Fact]
    public void Of_MoreWindowsThanRoom_EstimatesNearAndKeepsExact()
    {
        var texts = Enumerable.Range(0, 30).Select(i => $"{SomeReport.Han(i * 400, 300)},a").ToArray();
        var train = some.Write("train.csv", ["text,label", .. texts]);
        var dev = some.Write("dev.csv", ["text,label", texts[3], .. texts[..10].Select(text => "好" + text)]);

        var leak = some.Of(new DataReportOptions { MaxWindows = 2000 }, null, train, dev).Leaks.Single(leak => leak.To == "dev");

        (leak.Exact, leak.Near, leak.NearIsEstimate).ShouldBe((1, 10, true));
    }

    [Fact]
    public void Of_AnyNumberOfThreads_IsTheSame()
    {
        var rows = Enumerable.Range(0, 9000).Select(i => $"{SomeReport.Han(i % 700, 20 + (i % 50))}{(i % 11 == 0 ? "😂" : "")},{i % 7}").ToArray();
        var train = some.Write("train.csv", ["text,label", .. rows[..7000]]);
        var dev = some.Write("dev.csv", ["text,label", .. rows[6500..]]);

        var one = DataReportJson.Write(some.Of(new DataReportOptions { Threads = 1 }, null, train, dev));
        var four = DataReportJson.Write(some.Of(new DataReportOptions { Threads = 4 }, null, train, dev));

        four.ShouldBe(one);
        one.ShouldContain("\"near\"");
    }

    [Fact]
    public void Of_FileThatGrowsBetweenTheReadings_IsAnError()
    {
        var train = some.Write("train.csv", "text,label", "好,a");
        var dev = some.Write("dev.csv", "text,label", "坏,a");
        var grow = new DataReportOptions { Progress = _ => File.AppendAllText(dev, "好坏,b\n") };

        Should.Throw<InvalidDataFileException>(() => some.Of(grow, null, train, dev)).Message
            .ShouldEndWith("the file changed while it was read; expected a file that nobody writes to. Wait until it is complete, or work on a copy.");
    }

    [Fact]
    public void Of_TooManyLabels_CountsTheRestTogetherAndSaysSo()
    {
        var report = some.Of(some.Write("x.csv", ["text,label", .. Enumerable.Range(0, 10_005).Select(i => $"好{i},label{i}")]));

        report.Files[0].HasTooManyLabels.ShouldBeTrue();
        report.Files[0].Labels[0].ShouldBe(new LabelCount("(other)", 5));
        report.Findings[0].Text.ShouldStartWith("The label column of x.csv has over 10000 different values");
    }

    [Fact]
    public void Findings_LeakConflictAndImbalance_ComeWorstFirstWithWhatToDo()
    {
        var train = some.Write("train.csv", ["text,label", .. Enumerable.Range(0, 24).Select(i => $"{SomeReport.Han(i * 10, 5)},a"), "好,b", "好,a"]);
        var dev = some.Write("dev.csv", "text,label", "好,b", "坏,c");

        var findings = some.Of(train, dev).Findings;

        findings.Select(finding => finding.Level).ShouldBeInOrder();
        findings[0].Text.ShouldBe("50.0 % of the rows of dev (1 of 2) stand in train too, equal but for case, width and white space: a score on them says nothing about new texts. Take them out of dev, or divide both anew with inkstone data split, which keeps equal texts on one side.");
        findings[1].Text.ShouldStartWith("dev has labels that train has not (c)");
        findings[2].Text.ShouldBe("1 text of train carries more than one label (the first: line 26 (b), line 27 (a)): no model is right on all of their rows. Correct the labels, or set data.cleaning.drop_conflicting.");
        findings[3].Text.ShouldStartWith("train is unbalanced, 25 : 1 (a 25, b 1)");
        findings.Count(finding => finding.Text.Contains("equal but for case", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void Findings_NearLeaksAlone_DoNotSpeakOfExactOnes()
    {
        var train = some.Write("train.csv", "text,label", $"{SomeReport.Han(0, 40)},a", "坏,b");
        var dev = some.Write("dev.csv", "text,label", $"{SomeReport.Han(0, 39)},a", "好,b");

        some.Of(train, dev).Findings[0].Text.ShouldStartWith("50.0 % of the rows of dev (1 of 2) share over 30 % of their 20-character windows with train: ");
    }

    [Fact]
    public void Findings_DataWithoutFault_AreNone() =>
        some.Of(some.Write("train.csv", "text,label", "好,a", "坏,b")).Findings.ShouldBeEmpty();

    [Theory]
    [InlineData("ＡＢ Ｃ！…", "abc!...")]
    [InlineData("①ﬁ　Ⅷ", "1fiviii")]
    [InlineData("e\u0301\u00A0É", "éé")]
    [InlineData("が\u304B\u3099ｶﾞ", "ががガ")]
    [InlineData("“好”，😂\uD83D", "“好”,😂\uD83D")]
    public void ComparableForm_AnyText_IsComposedLowerCasedAndWithoutSpace(string text, string expected)
    {
        new ComparableText().Set(text).ToString().ShouldBe(expected);
    }
}
