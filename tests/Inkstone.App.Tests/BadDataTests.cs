using System.Text;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests;

/// <summary>Data files that cannot be used: every verb that reads them says so, and writes nothing.</summary>
public sealed class BadDataTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    public static TheoryData<string, string?, string> Files => new()
    {
        { "missing", null, "bad.csv: there is no such file" },
        { "empty", "", "bad.csv: the file is empty" },
        { "only a header", "text,label\n", "bad.csv: the file has a header and no rows" },
        { "no text column", "a,b\n1,2\n", "bad.csv, line 1: no column has a usual name for the text; the columns found are: a, b" },
    };

    private const string InvalidUtf8 = "text,label\n好,positive\n\u00ff坏,negative\n一般,neutral\n";

    public static TheoryData<string, string?, string> LabelledFiles => new()
    {
        { "no label column", "text,mark\n好,positive\n", "bad.csv, line 1: no column has a usual name for the label; the columns found are: text, mark" },
        { "label outside the names", "text,label\n好,positive\n坏,bogus\n", "bad.csv, line 3: the label 'bogus' is not among the label names; expected one of negative, neutral, positive" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Predict_BadFile_SaysWhereAndWritesNothing(string kind, string? content, string sentence)
    {
        var input = Make(content);
        var before = scratch.Names;

        CliRun.Of("predict", "--model", Golden.Bert, "--input", input, "--output", scratch.Of("y.jsonl")).ShouldBeRefused(sentence);

        scratch.Names.ShouldBe(before, kind);
    }

    [Theory]
    [MemberData(nameof(Files))]
    [MemberData(nameof(LabelledFiles))]
    public void Test_BadFile_SaysWhereAndWritesNothing(string kind, string? content, string sentence)
    {
        var input = Make(content);
        var before = scratch.Names;

        CliRun.Of("test", "--model", Golden.Bert, "--data", input, "--output-dir", scratch.Of("judged")).ShouldBeRefused(sentence);

        scratch.Names.ShouldBe(before, kind);
    }

    [Theory]
    [MemberData(nameof(Files))]
    [MemberData(nameof(LabelledFiles))]
    public void Train_BadFile_SaysWhereAndWritesNothing(string kind, string? content, string sentence)
    {
        var input = Make(content);
        var recipe = scratch.Write("r.yaml", Golden.Recipe);
        var before = scratch.Names;

        CliRun.Of("train", recipe, "--train-file", input, "--output-dir", scratch.Of("run"), "--set", "data.label_names=[negative, neutral, positive]").ShouldBeRefused(sentence);

        scratch.Names.ShouldBe(before, kind);
    }

    [Fact]
    public void Predict_RowThatDoesNotDecode_IsRefusedAsItsPredictionWouldBeMissing()
    {
        CliRun.Of("predict", "--model", Golden.Bert, "--input", Make(InvalidUtf8), "--output", scratch.Of("y.jsonl")).ShouldBeRefused("bad.csv, line 3: the byte 0xFF is no UTF-8", "(encoding, --encoding). To go on without such records: inkstone data convert FILE --output ROWS.jsonl sets them aside.");

        scratch.Names.ShouldBe(["bad.csv"]);
    }

    [Fact]
    public void Test_RowThatDoesNotDecode_IsSetAsideAndSaidSo()
    {
        var run = CliRun.Of("test", "--model", Golden.Bert, "--data", Make(InvalidUtf8), "--output-dir", scratch.Of("judged"));

        run.ExitCode.ShouldBe(0, run.Stderr);
        run.Stderr.ShouldContain("bad.csv: 1 record could not be read and was set aside; the first, in line 3: the byte 0xFF is no UTF-8.");
        run.Stdout.ShouldContain("bad.csv: 2 rows");
    }

    [Fact]
    public void Train_RowThatDoesNotDecode_StandsInRemovedCsvWithItsLine()
    {
        var run = CliRun.Of("train", scratch.Write("r.yaml", Golden.Recipe), "--train-file", Make(InvalidUtf8), "--output-dir", scratch.Of("run"), "--set", "data.validation_split=0", "training.eval_strategy=no");

        run.ExitCode.ShouldBe(0, run.Stderr);
        run.Stderr.ShouldContain("bad.csv: 1 record could not be read and was set aside; the first, in line 3: the byte 0xFF is no UTF-8.");
        File.ReadAllText(Path.Combine(scratch.Of("run"), "removed.csv")).ShouldContain(",3,unreadable,");
    }

    [Fact]
    public void DataConvert_RowThatDoesNotDecode_IsSetAsideAndCounted()
    {
        var run = CliRun.Of("data", "convert", Make(InvalidUtf8), "--output", scratch.Of("y.jsonl")).ShouldExit(0);

        run.Stderr.ShouldEndWith("bad.csv: 1 record could not be read and was set aside; the first, in line 3: the byte 0xFF is no UTF-8.\n");
        Golden.JsonLines(scratch.Of("y.jsonl")).Select(row => (string)row["label"]!).ShouldBe(["positive", "neutral"]);
    }

    [Fact]
    public void DataClean_RowThatDoesNotDecode_StandsInRemovedCsv()
    {
        var run = CliRun.Of("data", "clean", Make(InvalidUtf8), "--output", scratch.Of("y.jsonl"), "--removed", scratch.Of("removed.csv")).ShouldExit(0);

        run.Stderr.ShouldContain("1 record could not be read and was set aside; the first, in line 3");
        File.ReadAllText(scratch.Of("removed.csv")).ShouldContain(",3,unreadable,,,,the byte 0xFF is no UTF-8");
    }

    [Fact]
    public void DataSplit_RowThatDoesNotDecode_StandsInNoPart()
    {
        var run = CliRun.Of("data", "split", Make(InvalidUtf8), "--output-dir", scratch.Of("parts"), "--validation", "0.5").ShouldExit(0);

        run.Stderr.ShouldContain("1 record could not be read and was set aside; the first, in line 3");
        Directory.GetFiles(scratch.Of("parts")).Sum(part => Golden.JsonLines(part).Count).ShouldBe(2);
    }

    [Theory]
    [InlineData("评分 >", "DuckDB finds a syntax error at end of input; expected a SQL condition on the columns text, label, 评分")]
    [InlineData("score > 1", "there is no column 'score'; expected a SQL condition on the columns text, label, 评分")]
    public void Conditions_OnParquet_NameTheColumns(string where, string problem)
    {
        CliRun.Of("data", "convert", scratch.Write("a.csv", "text,评分\n好,5\n"), "--output", scratch.Of("a.parquet")).ShouldExit(0);

        CliRun.Of("predict", "--model", Golden.Bert, "--input", scratch.Of("a.parquet"), "--where", where, "--output", scratch.Of("y.jsonl")).ShouldBeRefused(problem);
        CliRun.Of("data", "report", scratch.Of("a.parquet"), "--where", where).ShouldBeRefused(problem);
    }

    [Theory]
    [InlineData("hub/data/test-00000-of-00001.parquet")]
    [InlineData("save_to_disk/test/data-00000-of-00001.arrow")]
    public void AllVerbs_TableCutShort_SayWhichFile(string golden)
    {
        var content = File.ReadAllBytes(Repo.Golden("datasets", golden));
        var file = scratch.Write("cut" + Path.GetExtension(golden), content[..(content.Length / 2)]);

        CliRun.Of("data", "report", file).ShouldBeRefused(file);
        CliRun.Of("data", "convert", file, "--output", scratch.Of("y.jsonl")).ShouldBeRefused(file);
        CliRun.Of("data", "clean", file, "--output", scratch.Of("y.jsonl")).ShouldBeRefused(file);
        CliRun.Of("data", "split", file, "--output-dir", scratch.Of("parts")).ShouldBeRefused(file);
        CliRun.Of("predict", "--model", Golden.Bert, "--input", file, "--output", scratch.Of("y.jsonl")).ShouldBeRefused(file);
        scratch.Names.ShouldBe([Path.GetFileName(file)]);
    }

    [Fact]
    public void DataConvert_WithoutDuckDB_SaysWhichLibraryIsMissing()
    {
        var program = Directory.CreateDirectory(scratch.Of("program")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(CliRun.Dll)!).Where(file => Path.GetFileName(file) != "libduckdb.so"))
        {
            File.CreateSymbolicLink(Path.Combine(program, Path.GetFileName(file)), file);
        }

        File.Delete(Path.Combine(program, "Inkstone.Cli.dll"));
        File.Copy(CliRun.Dll, Path.Combine(program, "Inkstone.Cli.dll"));   // where it lies itself is where its libraries are looked for
        using var process = CliRun.StartProgram("dotnet", [Path.Combine(program, "Inkstone.Cli.dll"), "data", "convert", scratch.Write("a.csv", "text\n好\n"), "--output", scratch.Of("y.parquet")], null);
        process.StandardInput.Close();

        var run = CliRun.End(process).ShouldExit(1);

        run.Stderr.ShouldStartWith("error: The library of DuckDB (libduckdb.so), which reads parquet files and SQL conditions, cannot be loaded from ");
        run.Stderr.Trim().ShouldNotContain('\n');
        scratch.Names.ShouldBe(["a.csv", "program"]);
    }

    [Fact]
    public void Train_OneClassOnly_IsRefused()
    {
        var input = Make("text,label\n好,positive\n好呀,positive\n");

        CliRun.Of("train", scratch.Write("r.yaml", Golden.Recipe), "--train-file", input, "--output-dir", scratch.Of("run"))
            .ShouldBeRefused("bad.csv: every labelled row has the label positive; expected rows of at least two classes");

        scratch.Names.ShouldBe(["bad.csv", "r.yaml"]);
    }

    [Fact]
    public void Predict_BadUtf8OnAPipe_SaysWhichLine()
    {
        using var process = CliRun.Start(["predict", "--model", Golden.Bert]);
        process.StandardInput.BaseStream.Write([.. "这家酒店的服务态度很好，早餐也不错\n"u8, 0xff, 0xfe, (byte)'\n']);
        process.StandardInput.Close();

        CliRun.End(process).ShouldBeRefused("standard input, line 2: the byte 0xFF is no UTF-8");
    }

    [Fact]
    public void TestPredictions_RowWithoutLogits_SaysWhichLine() =>
        CliRun.Of("test", "--predictions", scratch.Write("p.jsonl", "{\"label\":\"a\",\"logits\":{\"a\":1,\"b\":2}}\n{\"label\":\"a\"}\n"))
            .ShouldBeRefused("p.jsonl, line 2: the row has no 'logits'");

    /// <summary>The file; ÿ stands for the byte 0xFF.</summary>
    private string Make(string? content)
    {
        var path = scratch.Of("bad.csv");
        if (content is not null)
        {
            File.WriteAllBytes(path, [.. content.SelectMany(character => character == '\u00ff' ? [0xff] : Encoding.UTF8.GetBytes([character]))]);
        }

        return path;
    }
}
