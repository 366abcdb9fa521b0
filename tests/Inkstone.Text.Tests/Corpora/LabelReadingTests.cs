using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

public class LabelReadingTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("-1", null)]
    [InlineData("-1.0", null)]
    [InlineData("", null)]
    [InlineData("积极", "积极")]
    [InlineData("v1.0", "v1.0")]
    [InlineData(" pos", "pos")]
    [InlineData("pos ", "pos")]
    [InlineData(" 1.0 ", "1")]
    [InlineData("  ", null)]
    public void Read_Label_IsANameAWholeNumberOrNone(string inFile, string? label) =>
        SomeFile.Read("a.csv", $"text,label\n好,{inFile}\n").Single().Label.ShouldBe(label);

    [Theory]
    [InlineData("a.csv", "text,label\n好,1.0\n坏,0.5\n", 3)]
    [InlineData("a.jsonl", "{\"text\": \"好\", \"label\": 1.0}\n{\"text\": \"坏\", \"label\": 0.5}\n", 2)]
    public void Read_LabelWithAFraction_NamesTheRow(string name, string content, int line) =>
        SomeFile.Fault(name, content, new ReadOptions { SetAside = _ => { } }).Message.ShouldBe(
            $"{name}, line {line}: the label 0.5 is a number with a fraction, so it looks like a score and not like a class; expected a name or a whole number. "
            + "Name another column with label_column, or say which class each value is with label_map ({0.5: NAME, …}).");

    [Theory]
    [InlineData("a.csv", "text,label\n好,1\n坏,0.0\n无,-1\n还,pos\n")]
    [InlineData("a.tsv", "text\tlabel\n好\t1\n坏\t0\n无\t\n还\tpos\n")]
    [InlineData("a.json", "[{\"text\": \"好\", \"label\": 1}, {\"text\": \"坏\", \"label\": 0}, {\"text\": \"无\", \"label\": null}, {\"text\": \"还\", \"label\": \"pos\"}]")]
    public void Read_LabelMap_NamesLabelsInEveryFormat(string name, string content) =>
        SomeFile.Read(name, content, new ReadOptions { LabelMap = new Dictionary<string, string> { ["0"] = "neg", ["1"] = "pos" } })
            .Select(row => row.Label).ShouldBe(["pos", "neg", null, "pos"]);

    [Fact]
    public void Read_LabelMapOfScores_TakesFractions() =>
        SomeFile.Read("a.csv", "text,label\n好,0.5\n", new ReadOptions { LabelMap = new Dictionary<string, string> { ["0.5"] = "so-so" } }).Single().Label.ShouldBe("so-so");

    [Fact]
    public void Read_LabelThatTheMapLacks_NamesRowAndMap() =>
        SomeFile.Fault("a.csv", "text,label\n好,1\n坏,2\n", new ReadOptions { LabelMap = new Dictionary<string, string> { ["0"] = "neg", ["1"] = "pos" } }).Message.ShouldBe(
            "a.csv, line 3: the label '2' is not in label_map; expected one of 0, 1. Add it to label_map, or correct the row.");

    [Theory]
    [InlineData("a.csv", "text,user\n好,甲\n坏,\n")]
    [InlineData("a.jsonl", "{\"text\": \"好\", \"user\": \"甲\"}\n{\"text\": \"坏\", \"user\": \"\"}\n")]
    public void Read_GroupColumn_GivesTheGroup(string name, string content) =>
        SomeFile.Read(name, content, new ReadOptions { GroupColumn = "user" }).Select(row => row.Group).ShouldBe(["甲", ""]);

    [Fact]
    public void Read_TwoHundredLabels_KeepsTheirNames()
    {
        var rows = SomeFile.Read("a.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"第{i}句,标签{i % 200}\n")));

        LabelSet.ForTraining(rows).Count.ShouldBe(200);
    }
}
