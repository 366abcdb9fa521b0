using Inkstone.Comparing;
using Inkstone.Evaluating;
using Inkstone.Tests.Evaluating;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Comparing;

public sealed class RunComparisonTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Read_WhatAnEvaluationWrote_GivesRowsLabelsAndPredictions()
    {
        string[] labels = ["坏,很", "\"好\"", "中"];
        Write("run/evaluation", labels, ("差\n\"很\"差", 0, 1), ("好，", 1, 1), ("一般", 2, 0));

        var run = RunPredictions.Read(scratch.Combine("run"));

        run.LabelNames.ShouldBe(labels);
        run.Rows.ShouldBe([("差\n\"很\"差", null, 0), ("好，", null, 1), ("一般", null, 2)]);
        run.Predicted.ShouldBe([1, 1, 0]);
    }

    [Fact]
    public void Read_LabelsThatLookLikeNumbersAndColumnsThatLookLikeOurs_AreTakenAsTheyAre()
    {
        File.WriteAllText(scratch.Combine("predictions.csv"), "id,text,label,predicted,confidence,probability_1.0,\"probability_4.5,text_pair,\",seen,probability_other\n7,文,1.0,\"4.5,text_pair,\",0.6,0.4,0.6,false,0.9\n");

        var run = RunPredictions.Read(scratch.Combine("predictions.csv"));

        run.LabelNames.ShouldBe(["1.0", "4.5,text_pair,"]);
        run.Rows.ShouldBe([("文", null, 0)]);
        run.Predicted.ShouldBe([1]);
        run.Seen.ShouldBe([false]);
    }

    [Fact]
    public void Of_LabelsInAnotherOrder_ComparesTheSameClasses()
    {
        Write("a", ["neg", "pos"], ("差", 0, 0), ("好", 1, 0));
        Write("b", ["pos", "neg"], ("差", 1, 1), ("好", 0, 0));

        var comparison = Compare("a", "b");

        comparison.Runs.Select(run => run.Accuracy).ShouldBe([0.5, 1]);
        (comparison.AgainstFirst[0].All.OnlyFirstRight, comparison.AgainstFirst[0].All.OnlySecondRight).ShouldBe((0, 1));
    }

    [Fact]
    public void Of_OtherRows_IsRefused()
    {
        Write("a", ["neg", "pos"], ("差", 0, 0), ("好", 1, 0));
        Write("fewer", ["neg", "pos"], ("差", 0, 0));
        Write("other", ["neg", "pos"], ("差", 0, 0), ("很好", 1, 0));
        Write("relabelled", ["neg", "pos"], ("差", 0, 0), ("好", 0, 0));
        Write("task", ["neg", "neutral", "pos"], ("差", 0, 0), ("好", 2, 0));

        Refused("a", "fewer").ShouldContain("was judged on 2");
        Refused("a", "other").ShouldContain("the text of row 2 is not the same");
        Refused("a", "relabelled").ShouldContain("the label of row 2 is not the same");
        Refused("a", "task").ShouldContain("The labels differ");
        Refused("a", "nowhere").ShouldContain("there is no such run");
    }

    [Fact]
    public void Read_RunWithoutPredictions_SaysHowToGetThem()
    {
        Directory.CreateDirectory(scratch.Combine("run"));

        Should.Throw<InvalidDataException>(() => RunPredictions.Read(scratch.Combine("run"))).Message.ShouldContain("inkstone test --model");
    }

    private string Refused(params string[] runs) => Should.Throw<InvalidDataException>(() => Compare(runs)).Message;

    private RunComparison Compare(params string[] runs) => RunComparison.Of([.. runs.Select(run => RunPredictions.Read(scratch.Combine(run)))]);

    private void Write(string folder, string[] labels, params (string Text, int LabelId, int Predicted)[] rows) => Evaluation.Of(
        "test",
        [.. rows.Select((row, index) => new JudgedRow(
            new Row { Text = row.Text, File = "a.csv", Line = index + 2 }, row.LabelId, [.. labels.Select((_, id) => id == row.Predicted ? 1.0 : 0.0)]))],
        labels, seen: null).Write(scratch.Combine(folder));
}
