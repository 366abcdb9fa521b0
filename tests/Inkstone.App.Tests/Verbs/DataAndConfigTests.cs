using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Verbs;

/// <summary>Verbs that need no tensors: every run here names a native library that does not exist.</summary>
public sealed class DataAndConfigTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("csv-train.csv")]
    [InlineData("json-train.jsonl")]
    public void DataConvert_GoldenFile_KeepsEveryRow(string name)
    {
        Run("data", "convert", Repo.Golden("datasets", name), "--output", scratch.Of("y.jsonl"));

        var rows = Golden.JsonLines(scratch.Of("y.jsonl"));
        rows.Count.ShouldBeGreaterThan(10);
        rows.ShouldAllBe(row => row.ContainsKey("text") && row.ContainsKey("label"));
    }

    [Fact]
    public void DataConvert_Csv_WritesNamesNullsAndOtherColumns()
    {
        var input = scratch.Write("x.csv", "编号,text,label\n1,好,正面\n2,坏,\n");

        Run("data", "convert", input, "--output", scratch.Of("y.jsonl"));

        File.ReadAllText(scratch.Of("y.jsonl")).ShouldBe("{\"text\":\"好\",\"label\":\"正面\",\"编号\":\"1\"}\n{\"text\":\"坏\",\"label\":null,\"编号\":\"2\"}\n");
    }

    [Fact]
    public void DataConvert_GbkFileWithLabelMap_WritesNamesInUtf8()
    {
        var input = scratch.Of("x.csv");
        File.WriteAllBytes(input, [.. "text,label\n"u8, 0xBA, 0xC3, .. ",1\n"u8, 0xBB, 0xB5, .. ",0\n"u8]);

        Run("data", "convert", input, "--output", scratch.Of("y.jsonl"), "--encoding", "gbk", "--label-map", "0=负,1=正");

        File.ReadAllText(scratch.Of("y.jsonl")).ShouldBe("{\"text\":\"好\",\"label\":\"正\"}\n{\"text\":\"坏\",\"label\":\"负\"}\n");
    }

    [Theory]
    [InlineData("--encoding", "latin1", "--encoding must be one of auto, utf-8, gb18030, gbk, gb2312, big5, utf-16, utf-16le, utf-16be, but is 'latin1'; use auto if in doubt.")]
    [InlineData("--label-map", "0=neg,pos", "--label-map must be pairs such as 0=neg,1=pos, each label once, but 'pos' is not; correct it.")]
    public void DataConvert_WrongOption_SaysWhatIsTaken(string option, string value, string message)
    {
        var input = scratch.Write("x.csv", "text,label\n好,1\n");

        CliRun.Of(["data", "convert", input, "--output", scratch.Of("y.jsonl"), option, value], environment: ("INKSTONE_NATIVE", "/nonexistent.so"))
            .ShouldExit(2).Stderr.ShouldContain(message);
    }

    [Fact]
    public void DataConvert_ThereAndBack_IsTheSameTable()
    {
        var input = scratch.Write("x.csv", "text,label,n\n\"好,\"\"看\"\"\",a,1\n\"两\n行\",b,2\n");

        Run("data", "convert", input, "--output", scratch.Of("y.jsonl"));
        Run("data", "convert", scratch.Of("y.jsonl"), "--output", scratch.Of("z.csv"));

        File.ReadAllText(scratch.Of("z.csv")).ShouldBe(File.ReadAllText(input));
    }

    [Fact]
    public void DataConvert_RaggedRowsToCsv_NamesTheRowAndLeavesNothing()
    {
        var input = scratch.Write("x.jsonl", "{\"text\":\"好\"}\n{\"text\":\"坏\",\"score\":1}\n");

        CliRun.Of("data", "convert", input, "--output", scratch.Of("y.csv"))
            .ShouldBeRefused("x.jsonl, line 2: this row has columns that the first row did not have; expected the same columns in every row of a csv. Write .jsonl instead.");

        scratch.Names.ShouldBe(["x.jsonl"]);
    }

    [Theory]
    [InlineData("sentiment")]
    [InlineData("emotion")]
    public void ConfigShow_ShippedRecipe_IsARecipeThatCheckLikes(string name)
    {
        var shown = Run("config", "show", name, "--set", "optimizer.learning_rate=1e-07");

        shown.Stdout.ShouldContain("learning_rate: 1");
        Run("config", "check", scratch.Write("again.yaml", shown.Stdout)).Stdout.ShouldBe("The recipe is right.\n");
    }

    [Fact]
    public void ConfigCheck_ManyMistakes_NamesThemAll()
    {
        var recipe = scratch.Write("r.yaml", "data: {train_file: a.csv}\nmodel: {name_or_path: b}\ntraining: {num_train_epoch: 3, seed: x}\n");

        var run = CliRun.Of("config", "check", recipe, "--set", "scheduler.warmup_ratio=7");

        run.ShouldBeRefused("num_train_epoch", "did you mean", "num_train_epochs", "training.seed", "scheduler.warmup_ratio");
    }

    [Theory]
    [InlineData("")]
    [InlineData("demo")]
    [InlineData("train")]
    [InlineData("test")]
    [InlineData("predict")]
    [InlineData("tokenize")]
    [InlineData("data")]
    [InlineData("data convert")]
    [InlineData("config")]
    [InlineData("config show")]
    [InlineData("config check")]
    public void Help_EveryVerb_NamesItsUsage(string verb)
    {
        var run = Run([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        run.Stdout.ShouldContain("Usage:");
        run.Stdout.ShouldContain(verb);
        run.Stdout.ShouldContain("--quiet");
        run.Stderr.ShouldBeEmpty();
    }

    private static CliRun Run(params string[] arguments) => CliRun.Of(arguments, environment: ("INKSTONE_NATIVE", "/nonexistent.so")).ShouldExit(0);
}
