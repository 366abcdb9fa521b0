using System.Text.Json.Nodes;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

public sealed class BaselineTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Baseline_ShippedSample_IsJudgedAndPredicts()
    {
        var run = Baseline("sentiment").ShouldExit(0);

        run.Stdout.ShouldContain("95 % intervals: accuracy ");
        run.LastLine["features"]!.GetValue<int>().ShouldBeGreaterThan(1000);
        var metrics = JsonNode.Parse(File.ReadAllText(scratch.Of("base", "evaluation", "metrics.json")))!;
        metrics["accuracy"]!.GetValue<double>().ShouldBeGreaterThan(0.7);
        metrics["intervals"]!["f1_macro"]!.AsArray().Count.ShouldBe(2);

        var predicted = CliRun.Of("predict", "--model", scratch.Of("base"), "--top-k", "1", "房间干净，下次还来", "太难吃了，差评").ShouldExit(0);
        predicted.Lines.Where(line => line.StartsWith("Pred: ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ShouldBe(["positive", "negative"]);
        CliRun.Of("predict", "--model", scratch.Of("base"), "--bf16", "好").ShouldBeRefused("is a linear baseline");
    }

    [Fact]
    public void Predict_RejectBelow_AnswersNullInEveryForm()
    {
        Baseline("sentiment").ShouldExit(0);
        var input = scratch.Write("in.jsonl", "{\"text\":\"房间干净，非常好，推荐\"}\n{\"text\":\"嗯\"}\n");

        CliRun.Of("predict", "--model", scratch.Of("base"), "--reject-below", "0.8", "--input", input, "--output", scratch.Of("out.jsonl")).ShouldExit(0);
        CliRun.Of("predict", "--model", scratch.Of("base"), "--reject-below", "0.8", "--input", input, "--output", scratch.Of("out.csv")).ShouldExit(0);
        var shown = CliRun.Of("predict", "--model", scratch.Of("base"), "--reject-below", "0.8", "嗯").ShouldExit(0);

        var rows = Golden.JsonLines(scratch.Of("out.jsonl"));
        rows[0]["label"]!.GetValue<string>().ShouldBe("positive");
        rows[1].ContainsKey("label").ShouldBeTrue();
        rows[1]["label"].ShouldBeNull();
        rows[1]["confidence"]!.GetValue<double>().ShouldBeLessThan(0.8);
        File.ReadAllLines(scratch.Of("out.csv"))[2].ShouldStartWith("嗯,,0.");
        shown.Lines[1].ShouldStartWith("Pred: null (conf=0.");
        CliRun.Of("predict", "--model", scratch.Of("base"), "--reject-below", "60", "嗯").ShouldBeRefused("--reject-below must be a probability");
    }

    [Fact]
    public void Compare_BaselinesOfOtherOptions_SaysASentence()
    {
        Baseline("sentiment").ShouldExit(0);
        Baseline("sentiment", "weighed", "--set", "loss.class_weights=[1, 20]").ShouldExit(0);

        var compared = CliRun.Of("compare", scratch.Of("base"), scratch.Of("weighed")).ShouldExit(0);

        compared.Lines[^1].ShouldContain("points of macro-F1 ");
        compared.Lines[^1].ShouldContain("the difference ");
        var json = JsonNode.Parse(CliRun.Of("compare", scratch.Of("base"), scratch.Of("base"), "--format", "json").ShouldExit(0).Stdout)!;
        json["runs"]![1]!["against_first"]!["mcnemar_p"]!.GetValue<double>().ShouldBe(1);
    }

    [Fact]
    public void Compare_RunsThatCannotBe_AreRefused()
    {
        Baseline("sentiment").ShouldExit(0);
        Directory.CreateDirectory(scratch.Of("empty"));
        Baseline("sentiment", "others", "--set", "data.test_file=[]").ShouldExit(0);

        CliRun.Of("compare", scratch.Of("base"), scratch.Of("empty")).ShouldBeRefused("has no predictions");
        CliRun.Of("compare", scratch.Of("base"), scratch.Of("nowhere")).ShouldBeRefused("there is no such run");
        CliRun.Of("compare", scratch.Of("base"), scratch.Of("others")).ShouldBeRefused("The rows differ");
        CliRun.Of("compare", scratch.Of("base")).ShouldBeRefused("give two runs or more");
        CliRun.Of("explain", "--model", scratch.Of("base"), "好").ShouldBeRefused("is a linear baseline, and explain shows what an encoder read");
    }

    [Fact]
    public void Baseline_LabelsWithQuotesCommasAndChinese_KeepTheirNames()
    {
        var rows = string.Concat(Enumerable.Range(0, 12).SelectMany(row => new[] { $"天气真{"好晴暖"[row % 3]}{row},\"他说\"\"好\"\"\"\n", $"天气真{"坏阴冷"[row % 3]}{row},\"差,评\"\n" }));
        var train = scratch.Write("train.csv", "text,label\n" + rows);

        Baseline("sentiment", "odd", "--train-file", train, "--validation-file", train, "--set", "data.test_file=[]", "data.label_names=null").ShouldExit(0);

        File.ReadAllLines(scratch.Of("odd", "evaluation", "confusion.csv"))[0].ShouldBe("true\\predicted,\"他说\"\"好\"\"\",\"差,评\"");
        CliRun.Of("compare", scratch.Of("odd"), scratch.Of("odd")).ShouldExit(0);
        JsonNode.Parse(File.ReadAllText(scratch.Of("odd", "evaluation", "metrics.json")))!["seen"]!["samples"]!.GetValue<int>().ShouldBe(24);
    }

    private CliRun Baseline(string recipe, string folder = "base", params string[] more) =>
        CliRun.Of(["baseline", recipe, "--quiet", "--output-dir", scratch.Of(folder), .. more]);
}
