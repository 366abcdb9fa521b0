using System.Text.Json.Nodes;
using Inkstone.Evaluating;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class EvaluationFolderTests : IDisposable
{
    private static readonly string[] Labels = ["坏", "好", "一,般"];

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Write_SmallEvaluation_HasItsFilesInTheirForms()
    {
        JudgedRow[] rows =
        [
            Judged("差,很差", 0, [1000.0, 0.0, 0.0], id: "7"),
            Judged("不错", 1, [0.0, 0.0, 0.0]),
            Judged("还行", 2, [-1000.0, 0.0, 0.0]),
            Judged("行", 2, [0.0, 1000.0, 0.0]),
        ];
        var folder = scratch.Combine("new/evaluation");

        EvaluationFolder.Write(folder, Metrics(rows), rows);

        Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(
            [
                "ambiguous.csv", "calibration.json", "confusion-by-predicted.csv", "confusion-by-true.csv", "confusion-pairs.csv", "confusion-samples.csv", "confusion.csv", "curves.json",
                "errors.csv", "marks.csv", "metrics.json", "predictions.csv", "slices.csv", "suspects.csv",
            ]);
        Lines(folder, "predictions.csv").ShouldBe([
            "id,text,label,predicted,confidence,probability_坏,probability_好,\"probability_一,般\"",
            "7,\"差,很差\",坏,坏,1,1,0,0",
            ",不错,好,坏,0.3333333333333333,0.3333333333333333,0.3333333333333333,0.3333333333333333",
            ",还行,\"一,般\",好,0.5,0,0.5,0.5",
            ",行,\"一,般\",好,1,0,1,0",
        ]);
        Lines(folder, "errors.csv").ShouldBe([
            "id,text,label,predicted,confidence",
            ",行,\"一,般\",好,1",
            ",还行,\"一,般\",好,0.5",
            ",不错,好,坏,0.3333333333333333",
        ]);
        Lines(folder, "confusion.csv").ShouldBe(["true\\predicted,坏,好,\"一,般\"", "坏,1,0,0", "好,1,0,0", "\"一,般\",0,2,0"]);
        Lines(folder, "confusion-pairs.csv").ShouldBe(["true,predicted,count,share_of_true", "\"一,般\",好,2,1", "好,坏,1,1"]);
        Lines(folder, "confusion-by-true.csv").ShouldBe(["true\\predicted,坏,好,\"一,般\"", "坏,1,0,0", "好,1,0,0", "\"一,般\",0,1,0"]);
        Lines(folder, "confusion-by-predicted.csv").ShouldBe(["true\\predicted,坏,好,\"一,般\"", "坏,0.5,0,0", "好,0.5,0,0", "\"一,般\",0,1,0"]);
        Lines(folder, "confusion-samples.csv").ShouldBe([
            "true,predicted,confidence,id,text", "\"一,般\",好,1,,行", "\"一,般\",好,0.5,,还行", "好,坏,0.3333333333333333,,不错",
        ]);
        Lines(folder, "slices.csv")[0].ShouldBe("by,value,rows,errors,accuracy,low,high,f1_macro");
        Lines(folder, "slices.csv")[1].ShouldStartWith("length,0-20 characters,4,3,0.25,0.045");
        Lines(folder, "slices.csv")[1].ShouldEndWith(",0.2222222222222222");
        Lines(folder, "ambiguous.csv").Length.ShouldBe(5);
        var curves = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "curves.json")))!;
        curves["roc"]!["坏"]!.AsArray()[0]!.ToJsonString().ShouldBe("[0,0]");
        curves["precision_recall"]!["一,般"]!.AsArray()[^1]!.ToJsonString().ShouldBe("[0,1]");
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "calibration.json")))!["as_is"]!["bins"]!.AsArray().Count.ShouldBe(15);
        File.ReadAllText(Path.Combine(folder, "metrics.json")).ShouldStartWith("{\n  \"samples\": 4,\n");
    }

    [Fact]
    public void Write_NothingWrong_LeavesTablesWithAHeaderOnly()
    {
        JudgedRow[] rows = [Judged("差", 0, [2.0, 0.0, 0.0])];

        EvaluationFolder.Write(scratch.Path, Metrics(rows), rows);

        Lines(scratch.Path, "errors.csv").ShouldBe(["id,text,label,predicted,confidence"]);
        Lines(scratch.Path, "confusion-pairs.csv").ShouldBe(["true,predicted,count,share_of_true"]);
    }

    [Fact]
    public void Write_NoRows_LeavesTablesWithAHeaderOnly()
    {
        EvaluationFolder.Write(scratch.Path, Metrics([]), []);

        Lines(scratch.Path, "predictions.csv").ShouldBe(["id,text,label,predicted,confidence,probability_坏,probability_好,\"probability_一,般\""]);
    }

    [Fact]
    public void Write_PairsOfTexts_KeepsBoth()
    {
        JudgedRow[] rows = [Judged("问", 1, [1000.0, 0.0, 0.0], pair: "答"), Judged("问", 0, [2.0, 0.0, 0.0])];

        EvaluationFolder.Write(scratch.Path, Metrics(rows), rows);

        Lines(scratch.Path, "errors.csv").ShouldBe(["id,text,text_pair,label,predicted,confidence", ",问,答,好,坏,1"]);
    }

    [Fact]
    public void Write_RowsThatWereSeenOrCut_SaySo()
    {
        JudgedRow[] rows = [Judged("差", 0, [1000.0, 0.0, 0.0]) with { Seen = true, Truncated = false }];

        EvaluationFolder.Write(scratch.Path, Metrics(rows), rows);

        Lines(scratch.Path, "predictions.csv")[1].ShouldBe(",差,坏,坏,1,1,0,0,true,false");
    }

    [Fact]
    public void Write_Twice_ReplacesItsFilesAndKeepsOthers()
    {
        JudgedRow[] rows = [Judged("差", 0, [2.0, 0.0, 0.0])];
        scratch.Write("notes.txt", "mine");
        scratch.Write("errors.csv", new string('x', 100_000));

        EvaluationFolder.Write(scratch.Path, Metrics(rows), rows);

        Lines(scratch.Path, "errors.csv").Length.ShouldBe(1);
        File.ReadAllText(scratch.Combine("notes.txt")).ShouldBe("mine");
    }

    private static ClassificationMetrics Metrics(JudgedRow[] rows) => ClassificationMetrics.Compute(
        Array.ConvertAll(rows, row => row.LabelId), Array.ConvertAll(rows, row => row.Logits), Labels);

    private static JudgedRow Judged(string text, int labelId, double[] logits, string? id = null, string? pair = null) =>
        new(new Row { Text = text, TextPair = pair, Id = id, File = "test.csv", Line = 2 }, labelId, logits);

    private static string[] Lines(string folder, string name) => File.ReadAllLines(Path.Combine(folder, name));
}
