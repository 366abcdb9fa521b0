using System.Text;
using Inkstone.Evaluating;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class PredictionFileReaderTests : IDisposable
{
    private const string Form = "rows such as {\"label\": \"好\", \"logits\": {\"坏\": -1.5, \"好\": 2.0}}, one a line";

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Read_NamedLogits_OrdersThemAsTheFirstRow()
    {
        var (names, rows) = Read(
            """{"id": 7, "text": "差", "text_pair": "很差", "label": "好", "confidence": 0.9, "logits": {"好": 1.5, "坏": -2}}""",
            "",
            """{"text": null, "label": "坏", "logits": {"坏": 3e-1, "好": 0}}""");

        names.ShouldBe(["好", "坏"]);
        rows.Select(row => row.LabelId).ShouldBe([0, 1]);
        rows[0].Logits.ShouldBe([1.5, -2]);
        rows[1].Logits.ShouldBe([0, 0.3]);
        rows[0].Row.ShouldBe(new Row { Id = "7", Text = "差", TextPair = "很差", Label = "好", File = scratch.Combine("p.jsonl"), Line = 1 });
        (rows[1].Row.Text, rows[1].Row.Line).ShouldBe(("", 3));
    }

    [Fact]
    public void Read_LabelIsAnId_FindsItsName() =>
        Read("""{"label": 1, "logits": {"坏": 0, "好": 1}}""").Rows.Single().LabelId.ShouldBe(1);

    [Fact]
    public void Read_ArraysWithIdsAsLabels_NamesThemByCountEvenIfSomeNeverOccur()
    {
        var (names, rows) = Read("""{"label": 2, "logits": [0, 1, 2, 3]}""", """{"label": 0, "logits": [0, 1, 2, 3]}""");

        names.ShouldBe(["0", "1", "2", "3"]);
        rows.Select(row => row.LabelId).ShouldBe([2, 0]);
    }

    [Fact]
    public void Read_ArraysWithNamesAsLabels_SortsTheNames()
    {
        Read("""{"label": "pos", "logits": [0, 1]}""", """{"label": "neg", "logits": [1, 0]}""").LabelNames.ShouldBe(["neg", "pos"]);
        Read("""{"label": 10, "logits": [0, 1]}""", """{"label": 9, "logits": [1, 0]}""").LabelNames.ShouldBe(["9", "10"]);
    }

    [Fact]
    public void Read_WhatPredictWrote_TakesTheLabelOfTheFileForTheTruth()
    {
        const string Predicted = """{"label": "好", "confidence": 0.9, "probabilities": {"坏": 0.1, "好": 0.9}, "logits": {"坏": 0, "好": 2}, "label_in_file": "坏"}""";

        Read(Predicted).Rows.Single().LabelId.ShouldBe(0);
        Read(Predicted.Replace("\"好\", \"confidence\"", "null, \"confidence\"", StringComparison.Ordinal)).Rows.Single().LabelId.ShouldBe(0);   // rejected
        Read(Predicted, Predicted.Replace("\"label\": \"好\"", "\"label\": \"坏\"", StringComparison.Ordinal)).Rows.Select(row => row.LabelId).ShouldBe([1, 0]);   // somebody put the truth there
    }

    [Fact]
    public void Read_PredictionsAsTheirOwnTruth_SaysSo()
    {
        const string Predicted = """{"label": "好", "confidence": 0.9, "probabilities": {"坏": 0.1, "好": 0.9}, "logits": {"坏": 0, "好": 2}}""";
        var notices = new List<string>();

        PredictionFileReader.Read(scratch.Write("own.jsonl", Predicted), notices.Add);
        PredictionFileReader.Read(scratch.Write("judged.jsonl", Predicted + "\n" + Predicted.Replace("\"label\": \"好\"", "\"label\": \"坏\"", StringComparison.Ordinal)), notices.Add);

        notices.ShouldHaveSingleItem().ShouldContain("own.jsonl is the one that is predicted");
    }

    [Fact]
    public void Read_WithByteOrderMark_PassesOverIt() =>
        PredictionFileReader.Read(scratch.Write("p.jsonl", "\uFEFF{\"label\": 0, \"logits\": [0, 1]}\r\n")).Rows.Count.ShouldBe(1);

    [Fact]
    public void Read_GoldenLogits_GivesTheNumbersOfTheGolden()
    {
        var golden = MetricGolden.All[4];
        var lines = golden.Labels.Select((id, row) => FormattableString.Invariant($"{{\"label\": {id}, \"logits\": [{string.Join(", ", golden.Logits[row].Select(z => z.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))}]}}"));

        var (names, rows) = Read([.. lines]);

        var metrics = ClassificationMetrics.Compute([.. rows.Select(row => row.LabelId)], [.. rows.Select(row => row.Logits)], names);
        metrics.MacroF1!.Value.ShouldBe(golden.Macro[2], 1e-9);
    }

    [Fact]
    public void Read_FileThatIsNone_SaysWhich()
    {
        Error(() => PredictionFileReader.Read("no/such.jsonl")).ShouldBe(
            $"no/such.jsonl: there is no such file; expected {Form}. Check the path; a relative one starts at the current folder.");
        Error(() => PredictionFileReader.Read(scratch.Path)).ShouldBe(
            $"{scratch.Path}: this is a folder; expected {Form}. Check the path; a relative one starts at the current folder.");
        Error(() => Read("", " ")).ShouldBe($"{scratch.Combine("p.jsonl")}: the file has no rows; expected {Form}. Check how the file was written.");
    }

    [Theory]
    [InlineData("""{"label": "好", "logits": """, "the JSON is broken, or names a key twice")]
    [InlineData("""{"label": "好", "logits": {"好": 1, "好": 2}}""", "the JSON is broken, or names a key twice")]
    [InlineData("""{"label": "\ud800", "logits": [0, 1]}""", "the JSON is broken, or names a key twice")]
    public void Read_BrokenLine_SaysWhere(string line, string problem) => ErrorOf(line).ShouldBe(
        $"{scratch.Combine("p.jsonl")}, line 2: {problem}; expected {Form}. Check how the file was written.");

    [Theory]
    [InlineData("[1, 2]", "this is JSON, but no object")]
    [InlineData("""{"logits": [0, 1]}""", "the row has no 'label', or one that is no string or number")]
    [InlineData("""{"label": null, "logits": [0, 1]}""", "the row has no 'label', or one that is no string or number")]
    [InlineData("""{"label": "", "logits": [0, 1]}""", "the row has no 'label', or one that is no string or number")]
    [InlineData("""{"label": ["好"], "logits": [0, 1]}""", "the row has no 'label', or one that is no string or number")]
    [InlineData("""{"label": 0}""", "the row has no 'logits', or not two or more finite numbers under names that are not empty")]
    [InlineData("""{"label": 0, "logits": "0 1"}""", "the row has no 'logits', or not two or more finite numbers under names that are not empty")]
    [InlineData("""{"label": 0, "logits": [0]}""", "the row has no 'logits', or not two or more finite numbers under names that are not empty")]
    [InlineData("""{"label": 0, "logits": [0, null]}""", "the row has no 'logits', or not two or more finite numbers under names that are not empty")]
    [InlineData("""{"label": 0, "logits": [0, 1e999]}""", "the row has no 'logits', or not two or more finite numbers under names that are not empty")]
    [InlineData("""{"label": 0, "logits": {"": 0, "好": 1}}""", "the row has no 'logits', or not two or more finite numbers under names that are not empty")]
    public void Read_RowThatDoesNotFit_SaysWhere(string line, string problem) => ErrorOf(line).ShouldBe(
        $"{scratch.Combine("p.jsonl")}, line 2: {problem}; expected {Form}. Correct the row, or write the file again.");

    [Theory]
    [InlineData("""{"label": "好", "logits": {"好": 1, "差": 2}}""", "for 好, 差")]
    [InlineData("""{"label": "好", "logits": {"好": 1, "坏": 2, "中": 3}}""", "for 好, 坏, 中")]
    [InlineData("""{"label": "好", "logits": [1, 2]}""", "in an array of 2")]
    public void Read_RowWithOtherLabels_SaysWhere(string line, string shape) => ErrorOf(line).ShouldBe(
        $"{scratch.Combine("p.jsonl")}, line 2: this row has logits {shape}, but the first row has logits for 坏, 好; expected the same labels in every row. "
        + "Correct the row, or write the file again.");

    [Fact]
    public void Read_LabelWithoutALogit_SaysWhere() => ErrorOf("""{"label": "差", "logits": {"坏": 1, "好": 2}}""").ShouldBe(
        $"{scratch.Combine("p.jsonl")}, line 2: the label '差' has no logit; expected one of 坏, 好. Correct the label, or give every row a logit for it.");

    [Fact]
    public void Read_ArraysThatNoLabelsExplain_AsksForNames() =>
        Error(() => Read("""{"label": "a", "logits": [0, 1, 2]}""", """{"label": "b", "logits": [0, 1, 2]}""")).ShouldBe(
            $"{scratch.Combine("p.jsonl")}: a row has 3 logits, but the rows have 2 different labels; expected arrays of logits in the order of the sorted labels, "
            + "one number a label. Write logits as an object from label name to number: the names are then certain.");

    [Fact]
    public void Read_NotUtf8_SaysSo()
    {
        File.WriteAllBytes(scratch.Combine("p.jsonl"), [.. Encoding.UTF8.GetBytes("{\"label\": 0, \"logits\": [0, 1]"), 0xC4, 0xE3, (byte)'}']);

        Error(() => PredictionFileReader.Read(scratch.Combine("p.jsonl"))).ShouldBe(
            $"{scratch.Combine("p.jsonl")}, line 1: at or after this line stand bytes that are no UTF-8; expected UTF-8. Save the file again as UTF-8.");
    }

    private (IReadOnlyList<string> LabelNames, IReadOnlyList<JudgedRow> Rows) Read(params string[] lines) =>
        PredictionFileReader.Read(scratch.Write("p.jsonl", string.Join('\n', lines)));

    private string ErrorOf(string secondLine) => Error(() => Read("""{"label": "好", "logits": {"坏": -1, "好": 1}}""", secondLine));

    private static string Error(Action read) => Should.Throw<InvalidDataFileException>(read).Message;
}
