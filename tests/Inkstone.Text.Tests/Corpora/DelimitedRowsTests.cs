using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

public class DelimitedRowsTests
{
    [Fact]
    public void Read_QuotedCsvFields_HoldCommasQuotesAndLineBreaks()
    {
        var rows = SomeFile.Read("a.csv", "text,label\n\"好,\"\"真\"\"的\r\n第二行\",1\n中\"间,0\n\"\",1\n");

        rows.Select(row => (row.Text, row.Label, row.Line)).ShouldBe([("好,\"真\"的\r\n第二行", "1", 2), ("中\"间", "0", 4), ("", "1", 5)]);
    }

    [Theory]
    [InlineData("\"开头有引号", "\"开头有引号")]
    [InlineData("中\"间", "中\"间")]
    [InlineData("结尾\"", "结尾\"")]
    [InlineData("\"", "\"")]
    [InlineData("\"\"", "")]
    [InlineData("\"前\"和\"后\"", "\"前\"和\"后\"")]
    [InlineData("\"整个\"", "整个")]
    [InlineData("\"有\"\"引号\"\"的\"", "有\"引号\"的")]
    [InlineData("\"有\t制表符\"", "有\t制表符")]
    [InlineData("有, 逗号", "有, 逗号")]
    public void Read_QuotesInTsv_AreTextUnlessTheyEncloseTheField(string field, string text)
    {
        SomeFile.Read("a.tsv", $"text\tlabel\n{field}\t1\n后\t0\n").Select(row => (row.Text, row.Label)).ShouldBe([(text, "1"), ("后", "0")]);
        SomeFile.Read("a.tsv", $"label\ttext\n1\t{field}\n0\t后\n").Select(row => (row.Text, row.Label)).ShouldBe([(text, "1"), ("后", "0")]);
    }

    [Fact]
    public void Read_LoneQuotesInTwoTsvFields_DoNotJoinThem()
    {
        var row = SomeFile.Read("a.tsv", "text_a\ttext_b\tlabel\n\"你好\t他说\"\t1\n", new ReadOptions { TextPairColumn = "text_b" }).Single();

        (row.Text, row.TextPair, row.Label).ShouldBe(("\"你好", "他说\"", "1"));
    }

    [Fact]
    public void Read_ToldColumns_WinOverUsualNames()
    {
        var options = new ReadOptions { TextColumn = "标题", TextPairColumn = "text", LabelColumn = "id", IdColumn = "label" };

        var row = SomeFile.Read("a.csv", "id,text,label,标题\n甲,乙,丙,丁\n", options).Single();

        (row.Text, row.TextPair, row.Label, row.Id).ShouldBe(("丁", "乙", "甲", "丙"));
    }

    [Fact]
    public void Read_Metadata_HoldsOtherColumnsInFileOrder()
    {
        const string Content = "doc_id,source,text,,label\n7,微博,好,x,1\n";

        var row = SomeFile.Read("a.csv", Content, new ReadOptions { WithMetadata = true }).Single();

        row.Id.ShouldBe("7");
        new JsonObject(row.Metadata).ToJsonString().ShouldBe("{\"doc_id\":\"7\",\"source\":\"\\u5FAE\\u535A\"}");
        SomeFile.Read("a.csv", Content).Single().Metadata.ShouldBeEmpty();
    }

    [Fact]
    public void Read_LabelsIgnored_LeavesTheLabelToMetadata()
    {
        var row = SomeFile.Read("a.csv", "text,label\n好,1\n", new ReadOptions { WithMetadata = true, Labels = LabelUse.Ignored }).Single();

        row.Label.ShouldBeNull();
        row.Metadata.Single().Key.ShouldBe("label");
    }

    [Fact]
    public void Read_MinusOneAndEmpty_AreUnlabelledUnlessToldOtherwise()
    {
        const string Content = "text,label\n甲,-1\n乙,\n丙,0\n";

        SomeFile.Read("a.csv", Content).Select(row => row.Label).ShouldBe([null, null, "0"]);
        SomeFile.Read("a.csv", Content, new ReadOptions { UnlabelledValues = [] }).Select(row => row.Label).ShouldBe(["-1", null, "0"]);
    }

    [Fact]
    public void Read_CsvGivenByteByByte_EqualsCsvGivenAtOnce()
    {
        byte[] content = Encoding.UTF8.GetBytes("text,label\r\n\"好,\"\"真\"\"的\n\",1\r\n坏,0");

        var rows = CorpusReader.Read(new Trickle(content), "a.csv").Select(row => (row.Text, row.Label)).ToList();

        rows.ShouldBe([("好,\"真\"的\n", "1"), ("坏", "0")]);
    }

    [Fact]
    public void Read_WhatCsvWriterWrote_GivesTheSameTexts()
    {
        var alphabet = Gen.Elements("a", "好", "𠮷", ",", "\"", "\n", "\r", "\t", " ", "😀");
        var texts = Gen.NonEmptyListOf(Gen.ArrayOf(alphabet).Select(string.Concat)).ToArbitrary();

        Prop.ForAll(texts, list =>
        {
            using var stream = new MemoryStream();
            using var writer = RowWriter.Create(stream, "a.csv");
            foreach (string text in list)
            {
                writer.Write([new("text", text), new("label", 1)]);
            }

            SomeFile.Read("a.csv", stream.ToArray()).Select(row => row.Text).ShouldBe(list);
        }).QuickCheckThrowOnFailure();
    }

    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
