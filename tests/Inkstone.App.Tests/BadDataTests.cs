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
        CliRun.Of("predict", "--model", Golden.Bert, "--input", Make(InvalidUtf8), "--output", scratch.Of("y.jsonl")).ShouldBeRefused("bad.csv, line 3: the byte 0xFF is no UTF-8");

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
