using System.Text.Json.Nodes;
using Inkstone.Evaluating;
using Inkstone.Recipes;
using Inkstone.Reporting;
using Inkstone.Reporting.Cards;
using Inkstone.Reporting.Findings;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Reporting;

public sealed class FindingsTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();
    private int written;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Write_OneRun_SaysPlainlyWhatWasNotMeasured()
    {
        var findings = FindingsText.Write([Run(Pooling.Mean, 1, wrong: 10)]);

        findings.ShouldContain("## Two classes, short texts: reviews/test.csv");
        findings.ShouldContain("- **Best head** (`model.pooling`): not measured: no two runs differ in it alone.");
        findings.ShouldContain("- **Best truncation side** (`tokenizer.truncation_side`): not measured");
        findings.ShouldContain("- **Best learning rate** (`optimizer.learning_rate`): not measured");
        findings.ShouldContain("- **Best maximum length** (`tokenizer.max_length`): not measured");
        findings.ShouldContain("bad → good, 10 of 50 rows (20.0 %, 95 % 11.2–33.0 %)");
        findings.ShouldContain("- **Beside a linear baseline**: not measured");
    }

    [Fact]
    public void Write_HeadsThatDifferMuch_SaysThatTheDifferenceStands()
    {
        var findings = FindingsText.Write([Run(Pooling.Mean, 1, wrong: 2), Run(Pooling.Cls, 1, wrong: 45)]);

        findings.ShouldContain("- **Best head** (`model.pooling`): `mean`, 0.980, before `cls`, ");
        findings.ShouldContain("one run each on the same 100 rows, so the chance of seeds is not in it): the difference stands.");
    }

    [Fact]
    public void Write_HeadsOfAlmostTheSameScores_SaysThatChanceExplainsIt()
    {
        var findings = FindingsText.Write([Run(Pooling.Mean, 1, wrong: 10), Run(Pooling.Cls, 1, wrong: 11)]);

        findings.ShouldContain("one run each on the same 100 rows, so the chance of seeds is not in it): chance may explain it.");
    }

    [Fact]
    public void Write_SeedsOfTwoHeads_ComparesTheirMeansByWelch()
    {
        RunRecord[] runs =
        [
            Run(Pooling.Mean, 1, wrong: 4), Run(Pooling.Mean, 2, wrong: 6), Run(Pooling.Mean, 3, wrong: 5),
            Run(Pooling.Cls, 1, wrong: 15), Run(Pooling.Cls, 2, wrong: 17), Run(Pooling.Cls, 3, wrong: 16),
        ];

        var findings = FindingsText.Write(runs);

        findings.ShouldContain("2 settings, 6 runs");
        findings.ShouldContain("; 3 runs each): the difference stands.");
        findings.ShouldContain("± ");
    }

    [Fact]
    public void Write_EncodersOfFolders_AreToldByName()
    {
        var findings = FindingsText.Write([
            Run(new() { Data = Files, Model = new() { NameOrPath = "/home/me/models/small" } }, wrong: 2), Run(new() { Data = Files, Model = new() { NameOrPath = "hfl/large" } }, wrong: 45),
        ]);

        findings.ShouldContain("(`model.name_or_path`): `small`, 0.980, before `hfl/large`, ");
        findings.ShouldNotContain("/home/me");
    }

    [Fact]
    public void Of_SeveralRunsEach_IsWelchsInterval()
    {
        // Mean difference 0.02, standard deviations 0.01 each, 3 runs each: 4 degrees of freedom, t = 2.776.
        var difference = ScoreDifference.Of(Scores(0.79, 0.80, 0.81), Scores(0.77, 0.78, 0.79));

        difference.By.ShouldBe(0.02, 1e-12);
        difference.Interval!.Value.Low.ShouldBe(0.02 - (2.776 * 0.01 * Math.Sqrt(2.0 / 3)), 1e-9);
        difference.Interval!.Value.High.ShouldBe(0.02 + (2.776 * 0.01 * Math.Sqrt(2.0 / 3)), 1e-9);
        difference.Stands.ShouldBeFalse();
    }

    [Fact]
    public void Write_RunsOfOtherData_StandInSectionsOfTheirOwn()
    {
        var other = Run(Pooling.Mean, 1, wrong: 4);
        other.Environment!["data"]![0]!["sha256"] = "cd34";

        var findings = FindingsText.Write([Run(Pooling.Mean, 1, wrong: 4), other]);

        findings.Split("## Two classes").Length.ShouldBe(3);
    }

    [Fact]
    public void Write_ChunkedTexts_AsksForAggregationAndStride()
    {
        var run = Run(new() { Data = Files, Tokenizer = new() { LongText = LongText.Chunk, MaxLength = 512 } }, wrong: 4);

        var findings = FindingsText.Write([run]);

        findings.ShouldContain("## Long texts in chunks");
        findings.ShouldContain("- **Best aggregation** (`model.aggregation`): not measured");
        findings.ShouldContain("- **Best stride** (`tokenizer.stride`): not measured");
    }

    [Fact]
    public void Write_NotMeasured_RecommendsOnlyWhatTheRecipeAllows()
    {
        var run = Run(new() { Data = Files, Model = new() { Aggregation = Aggregation.Logsumexp }, Tokenizer = new() { LongText = LongText.Chunk, MaxLength = 128, Stride = 32 } }, wrong: 4);

        var findings = FindingsText.Write([run]);

        findings.ShouldContain("`inkstone sweep RECIPE --grid tokenizer.stride=32,64 --seeds 3`");
        findings.ShouldContain("`inkstone sweep RECIPE --grid model.architecture=bert,hierarchical --seeds 3 --set model.aggregation=mean`");
    }

    [Fact]
    public void Write_ChunkedDocuments_SaysWhichChunksSpeakMost()
    {
        // The first of three chunks speaks most in 30 of 40 documents, the last in 10; in these the chunks disagree, and half are wrong.
        JudgedRow[] rows = [.. Enumerable.Range(0, 40).Select(number => SampleRun.Row("长文", number % 2, number < 5 ? 1 - (number % 2) : number % 2, 2) with
        {
            Chunks = number < 10 ? new(2, [true, false, true]) : new(0, [true, true, true]),
        })];
        var recipe = new Recipe { Data = Files, Tokenizer = new() { LongText = LongText.Chunk, MaxLength = 512 } };
        var run = RunRecord.Read(SampleRun.Write(scratch.Combine("chunks"), ["bad", "good"], rows, recipe));

        var findings = FindingsText.Write([run]);

        findings.ShouldContain("- **Contribution of chunks**, over 40 documents of several: the chunk that speaks most for the predicted class is the first in 75.0 % (95 % ");
        findings.ShouldContain("any chunk alike would be 33.3 %: more often than by chance); one between in 0.0 % (95 % ");
        findings.ShouldContain("By themselves 100.0 % of the first chunks, 75.0 % of the middle chunks, 100.0 % of the last chunks say what their document says. Accuracy where all chunks agree and where not: 1.000 (30 rows), 0.500 (10 rows).");
    }

    [Theory]
    [InlineData(100, "- **Beside a linear baseline**: It is level.")]
    [InlineData(40, "- **Beside a linear baseline**: not measured")]   // the run was judged anew, on other rows
    public void Write_BaselineOfAsManyRows_StandsBesideTheRun(int samples, string expected)
    {
        var folder = Run(Pooling.Mean, 1, wrong: 4).Folder;
        File.WriteAllText(Path.Combine(folder, "evaluation", "baseline.json"), $$"""{"samples": {{samples}}, "sentence": "It is level."}""");

        FindingsText.Write([RunRecord.Read(folder)]).ShouldContain(expected);
    }

    [Fact]
    public void Write_EveryRowTrainedOn_ClaimsNothingOfNewTextsOrLabels()
    {
        var run = Run(Pooling.Mean, 1, wrong: 10);
        (run.Metrics!["seen"], run.Metrics["unseen"]) = (JsonNode.Parse("""{"samples": 100}"""), JsonNode.Parse("""{"samples": 0, "f1_macro": null}"""));

        var findings = FindingsText.Write([run]);

        findings.ShouldContain("Every judged text was also trained on, so how it does on new ones was not measured.");
        findings.ShouldContain("- **Labels**: not measured");
        ModelCard.Write(run).ShouldContain("Every judged text was also trained on; how it does on others was not measured.");
        ModelCard.Write(run).ShouldNotContain("model-index");
    }

    [Fact]
    public void Write_SomeRowsTrainedOn_CountsTheOthers()
    {
        var run = Run(Pooling.Mean, 1, wrong: 10);
        (run.Metrics!["seen"], run.Metrics["unseen"]) = (JsonNode.Parse("""{"samples": 40}"""), JsonNode.Parse("""{"samples": 60, "f1_macro": 0.25, "accuracy": 0.5}"""));

        var findings = FindingsText.Write([run]);

        findings.ShouldContain("40 of 100 judged texts were also trained on; on the others it is 0.250.");
        findings.ShouldContain(" of 60 judged rows that were not trained on are put firmly into another class");
        ModelCard.Write(run).ShouldContain("rows that were not trained on\"\n      split: test\n    metrics:\n    - type: accuracy\n      name: Accuracy\n      value: 0.5\n");
    }

    [Fact]
    public void Write_SeveralSeeds_NamesTheRunThatASentenceIsOf()
    {
        var findings = FindingsText.Write([Run(Pooling.Mean, 1, wrong: 4), Run(Pooling.Mean, 2, wrong: 6)]);

        findings.ShouldContain("- **Typical failures**, in run-1 alone: ");
        findings.ShouldContain("- **Labels**, in run-1 alone: ");
    }

    [Fact]
    public void Write_RunThatJudgedNothing_TakesNoPart()
    {
        var run = RunRecord.Read(SampleRun.Write(scratch.Combine("none"), ["bad", "good"], []));

        FindingsText.Write([run]).ShouldContain("none takes no part: it was not judged");
    }

    private static DataOptions Files => new() { TrainFile = "/data/reviews/train.csv", TestFile = "/data/reviews/test.csv" };

    private RunRecord Run(Pooling pooling, int seed, int wrong) => Run(new() { Data = Files, Model = new() { Pooling = pooling }, Training = new() { Seed = seed } }, wrong);

    /// <summary>A run over 100 rows of two classes, the first so many of class bad taken for good.</summary>
    private RunRecord Run(Recipe recipe, int wrong)
    {
        JudgedRow[] rows = [.. Enumerable.Range(0, 100).Select(number => SampleRun.Row($"第 {number} 条", number % 2, number % 2 == 0 && number / 2 < wrong ? 1 : number % 2, 2))];
        return RunRecord.Read(SampleRun.Write(scratch.Combine($"run-{++written}"), ["bad", "good"], rows, recipe));
    }

    private SettingRuns Scores(params double[] scores) => new(new Dictionary<string, string>(), [.. scores.Select(score =>
    {
        var run = Run(Pooling.Mean, 1, wrong: 1);
        run.Metrics!["f1_macro"] = score;
        return run;
    })]);
}
