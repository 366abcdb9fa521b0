using System.Text.Json.Nodes;
using Inkstone.Evaluating;
using Inkstone.Evaluating.Errors;
using Inkstone.Text.Corpora;
using Inkstone.Text.Profiling;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating.Errors;

public sealed class ErrorAnalysisTests
{
    [Fact]
    public void Find_TwoFlippedLabels_SuspectsThemAndNoOther()
    {
        // A fair classifier of 40 rows, two of which carry the other class's label.
        var rows = Enumerable.Range(0, 40).Select(row => Row($"第{row}行", label: row is 5 or 26 ? 1 - (row % 2) : row % 2, Sure(row % 2, 1 + (row % 3)))).ToArray();

        var suspects = LabelSuspects.Find(rows, 2);

        suspects.Select(suspect => suspect.Row.Row.Text).ShouldBe(["第5行", "第26行"], ignoreOrder: true);
        suspects.ShouldAllBe(suspect => suspect.SuggestedId != suspect.Row.LabelId && suspect.OfSuggested > suspect.OfLabel);
    }

    [Fact]
    public void Find_RowsThatWereTrainedOn_AreNotSuspected()
    {
        var rows = Enumerable.Range(0, 40).Select(row => Row("文", label: row == 3 ? 0 : row % 2, Sure(row % 2, 2)) with { Seen = row == 3 }).ToArray();

        LabelSuspects.Find(rows, 2).ShouldBeEmpty();
        LabelSuspects.Find([], 2).ShouldBeEmpty();
    }

    [Fact]
    public void Ambiguous_Rows_ComeClosestFirst()
    {
        JudgedRow[] rows = [Row("清楚", 0, [3, 0, 0]), Row("接近", 1, [1, 1.1, 0]), Row("一样", 1, [0, 2, 2])];

        var ambiguous = AmbiguousRows.Of(rows, 2);

        ambiguous.Select(row => (row.Row.Row.Text, row.SecondId)).ShouldBe([("一样", 2), ("接近", 0)]);
        ambiguous[0].Margin.ShouldBe(0);
        AmbiguousRows.Of([Row("独", 0, [1])], 2).ShouldBeEmpty();
    }

    [Fact]
    public void Pairs_WrongRows_MostFrequentFirstWithTheirMostConfidentRows()
    {
        JudgedRow[] rows = [Row("甲", 0, [0, 1, 0]), Row("乙", 0, [0, 5, 0]), Row("丙", 0, [2, 0, 0]), Row("丁", 2, [1, 0, 0])];
        var metrics = Evaluation.Of("test", rows, ["a", "b", "c"], null).Metrics;

        var pairs = ConfusionPairs.Of(metrics, rows, samples: 1);

        pairs.Select(pair => (pair.LabelId, pair.PredictedId, pair.Count)).ShouldBe([(0, 1, 2), (2, 0, 1)]);
        pairs[0].ShareOfTrue.ShouldBe(2 / 3.0);
        pairs[0].Samples.Single().Row.Text.ShouldBe("乙");
    }

    [Theory]
    [InlineData("这家店不好", "negation")]
    [InlineData("东西还行，但是贵", "turn")]
    [InlineData("能退吗？", "question")]
    [InlineData("太好了!", "exclamation")]
    [InlineData("真是“专业”的服务", "irony_quotes")]
    [InlineData("他说“这部电影从头到尾都让人喜欢得很”", "")]
    [InlineData("好吃😋", "emoji")]
    [InlineData("笑死[允悲]", "emoji")]
    [InlineData("#今天吃什么#面", "hashtag")]
    [InlineData("这个 app 很卡 so bad", "latin")]
    [InlineData("不过如此？", "negation turn question")]
    [InlineData("味道可以", "")]
    public void Marks_OfAText_AreFound(string text, string expected) => string.Join(' ', TextMarks.In(text).Select(mark => TextMarks.Names[mark])).ShouldBe(expected);

    [Fact]
    public void Marks_Rates_StandBesideTheBaseRate()
    {
        JudgedRow[] rows = [Row("不好", 0, [0, 1]), Row("不行", 0, [1, 0]), Row("好", 1, [0, 1]), Row("可以", 1, [0, 1])];

        var negation = MarkedErrors.Measure(rows)[0];
        var emoji = MarkedErrors.Measure(rows).Single(mark => mark.Mark == "emoji");

        (negation.Mark, negation.Rows, negation.Errors, negation.ErrorRate, negation.ErrorRateWithout, negation.BaseErrorRate).ShouldBe(("negation", 2, 1, 0.5, 0, 0.25));
        (emoji.Rows, emoji.ErrorRate, emoji.ErrorRateInterval, emoji.BaseErrorRate).ShouldBe((0, null, null, 0.25));
    }

    [Fact]
    public void Slices_OfRows_AreByLengthTruncationSeenAndColumns()
    {
        var rows = Enumerable.Range(0, 60).Select(row => Row(new string('文', row % 2 == 0 ? 10 : 30), row % 2, row < 6 ? [1, 0] : Sure(row % 2, 2),
            ("source", row % 3 == 0 ? "weibo" : "shop"), ("number", row), ("score", row / 60.0)) with { Seen = row < 20, Truncated = row % 2 == 1 }).ToArray();

        var slices = Slices.Of(rows);

        slices.Select(slice => slice.By).Distinct().ShouldBe(["length", "truncated", "seen", "source", "score"]);
        slices.Where(slice => slice.By == "length").Select(slice => (slice.Value, slice.Rows, slice.Errors)).ShouldBe([("0-20 characters", 30, 0), ("21-50 characters", 30, 3)]);
        slices.Where(slice => slice.By == "source").Select(slice => (slice.Value, slice.Rows)).ShouldBe([("shop", 40), ("weibo", 20)], ignoreOrder: true);
        slices.Where(slice => slice.By == "score").Select(slice => slice.Rows).ShouldBe([15, 15, 15, 15]);
        var seen = slices.Single(slice => slice is { By: "seen", Value: "yes" });
        (seen.Rows, seen.Errors, seen.Accuracy).ShouldBe((20, 3, 0.85));
        seen.MacroF1.ShouldBe(((2.0 * 10 / 23) + (2.0 * 7 / 17)) / 2, 1e-12);
    }

    [Fact]
    public void Slices_IdsOfSeveralSources_AreByWhatTheyBeginWith()
    {
        JudgedRow[] rows = [.. Enumerable.Range(0, 9).Select(row => OfId(row % 3 == 0 ? $"thuc-{row}" : $"portal-a{row}"))];

        Slices.Of(rows).Where(slice => slice.By == "id_prefix").Select(slice => (slice.Value, slice.Rows)).ShouldBe([("portal", 6), ("thuc", 3)]);
        Slices.Of([.. rows, OfId("17")]).ShouldNotContain(slice => slice.By == "id_prefix");

        static JudgedRow OfId(string id) => Row("文", 0, [1, 0]) is var row ? row with { Row = row.Row with { Id = id } } : null!;
    }

    [Fact]
    public void Contributions_DocumentsOfSeveralChunks_CountWhichSpeaksMostAndWhichAgree()
    {
        JudgedRow[] rows =
        [
            Of([2, 1], [2, 0], [0, 1], [1, 0]),   // predicted 0: the first of three speaks most, the middle one disagrees
            Of([0, 3], [0, 1], [0, 2]),           // predicted 1: the last of two
            Of([1, 0]),
            Row("一段", 0, [1, 0]),
        ];

        ChunkContributions.Measure(rows).ShouldBe(
        [
            new("first", Documents: 2, Chunks: 2, Agreeing: 2, Strongest: 1, ByChance: (1 / 3.0) + (1 / 2.0)),
            new("middle", Documents: 1, Chunks: 1, Agreeing: 0, Strongest: 0, ByChance: 1 / 3.0),
            new("last", Documents: 2, Chunks: 2, Agreeing: 2, Strongest: 1, ByChance: (1 / 3.0) + (1 / 2.0)),
        ]);
        ChunkContributions.Measure(rows[2..]).ShouldBeEmpty();
        Slices.Of(rows[..2]).Where(slice => slice.By == "chunks_agree").Select(slice => (slice.Value, slice.Rows)).ShouldBe([("no", 1), ("yes", 1)]);

        static JudgedRow Of(float[] document, params float[][] chunks) =>
            Row("长", 0, Array.ConvertAll(document, logit => (double)logit)) with { Chunks = chunks.Length > 1 ? ChunkVotes.Of(document, chunks) : null };
    }

    [Fact]
    public void Slices_NoRows_AreNone() => Slices.Of([]).ShouldBeEmpty();

    private static double[] Sure(int id, double logit) => id == 0 ? [logit, 0] : [0, logit];

    private static JudgedRow Row(string text, int label, double[] logits, params (string Name, JsonNode Value)[] columns) => new(
        new Row { Text = text, File = "a.csv", Line = 2, Metadata = [.. columns.Select(column => KeyValuePair.Create<string, JsonNode?>(column.Name, column.Value))] }, label, logits);
}
