using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

public class CorpusReaderFaultTests
{
    private const string Readable = "expected a csv, tsv, json, jsonl or text file with at least one row.";

    [Fact]
    public void Read_MissingFile_SaysSo() =>
        Should.Throw<InvalidDataFileException>(() => CorpusReader.Read("no/such.csv").Count()).Message.ShouldBe(
            $"no/such.csv: there is no such file; {Readable} Check the path; a relative one starts at the current folder.");

    [Fact]
    public void Read_Dash_SaysThatStandardInputIsNotReadHere() =>
        Should.Throw<InvalidDataFileException>(() => CorpusReader.Read("-").Count()).Message.ShouldBe($"-: standard input is not read here; {Readable} Write it to a file first.");

    [Theory]
    [InlineData("a.csv", "")]
    [InlineData("a.jsonl", "\uFEFF")]
    public void Read_EmptyFile_SaysSo(string name, string content) =>
        SomeFile.Fault(name, content).Message.ShouldBe($"{name}: the file is empty; {Readable} Check how the file was written.");

    [Theory]
    [InlineData("a.csv", "text,label\n\n", "the file has a header and no rows")]
    [InlineData("a.tsv", "text\tlabel", "the file has a header and no rows")]
    [InlineData("a.json", "[]", "the file has no rows")]
    [InlineData("a.jsonl", "\n\n", "the file has no rows")]
    public void Read_NoRows_SaysSo(string name, string content, string problem) =>
        SomeFile.Fault(name, content).Message.ShouldBe($"{name}: {problem}; {Readable} Check how the file was written.");

    [Fact]
    public void Read_NoUsualTextColumn_ListsTheColumnsFound() => SomeFile.Fault("a.csv", "标题,分数\n好,1\n").Message.ShouldBe(
        "a.csv, line 1: no column has a usual name for the text; the columns found are: 标题, 分数; expected a name such as text, content, "
        + "review, sentence. Say which column it is with text_column, --text-column (where the file has no header, put one on its first line).");

    [Fact]
    public void Read_NoLabelColumnWhereOneIsNeeded_ListsTheColumnsFound() =>
        SomeFile.Fault("a.jsonl", "{\"text\": \"好\", \"score\": 1}", new ReadOptions { Labels = LabelUse.Required }).Message.ShouldBe(
            "a.jsonl, line 1: no column has a usual name for the label; the columns found are: text, score; expected a name such as label, labels, "
            + "标签, 类别. Say which column it is with label_column, --label-column (where the file has no header, put one on its first line).");

    [Theory]
    [InlineData("text_column")]
    [InlineData("text_pair_column")]
    [InlineData("label_column")]
    [InlineData("id_column")]
    public void Read_ToldColumnIsMissing_ListsTheColumnsFound(string key)
    {
        var options = key switch
        {
            "text_column" => new ReadOptions { TextColumn = "句" },
            "text_pair_column" => new ReadOptions { TextPairColumn = "句" },
            "label_column" => new ReadOptions { LabelColumn = "句" },
            _ => new ReadOptions { IdColumn = "句" },
        };

        SomeFile.Fault("a.csv", "text,label\n好,1\n", options).Message.ShouldBe(
            $"a.csv, line 1: there is no column '句', which {key} names; expected one of the columns found: text, label. Set {key} to one of them.");
    }

    [Fact]
    public void Read_PlainTextWhereLabelsAreNeeded_SaysSo() =>
        SomeFile.Fault("a.txt", "好\n", new ReadOptions { Labels = LabelUse.Required }).Message.ShouldBe(
            "a.txt, line 1: the file is plain text, so it has no labels; expected a header that names a text and a label column. "
            + "Put the column names on the first line, between tabs or commas.");

    [Fact]
    public void Read_PlainTextWithToldColumn_SaysSo() =>
        SomeFile.Fault("a.txt", "好\n", new ReadOptions { TextColumn = "句" }).Problem.ShouldBe("the file is plain text, so it has no column '句'");

    [Fact]
    public void Read_QuoteNeverCloses_NamesTheLineWhereItOpened() => SomeFile.Fault("a.csv", "text,label\n好,1\n\"坏\n\n,0\n差,0\n").Message.ShouldBe(
        "a.csv, line 3: the quote that opens a field here never closes; expected a \" before a comma or the end of a line. "
        + "Close the field, and double each quote that belongs to the text (\"\").");

    [Fact]
    public void Read_TextAfterClosingQuote_NamesItsLine() => SomeFile.Fault("a.csv", "text,label\n\"好\n\"的\",1\n").Message.ShouldBe(
        "a.csv, line 3: a quoted field, opened in line 2, ends and text follows; expected a comma or the end of the line after the closing quote. "
        + "Double each quote that belongs to the text (\"\").");

    [Theory]
    [InlineData("a.csv", "text,label\n好,1\n好,的,1\n", "the row has 3 fields; expected 2 as in the header (text, label).")]
    [InlineData("a.tsv", "text\tlabel\n好\t1\n好的\n", "the row has 1 field; expected 2 as in the header (text, label).")]
    public void Read_OtherNumberOfFields_NamesTheLine(string name, string content, string problem) => SomeFile.Fault(name, content).Message.ShouldBe(
        $"{name}, line 3: {problem} Quote a text that holds the separator; in a tsv, replace line breaks and tabs inside a text by spaces.");

    [Theory]
    [InlineData("a.jsonl", "{\"text\": \"好\"}\n{\"text\": \"坏\"\n", 2)]
    [InlineData("a.jsonl", "{\"text\": \"好\"}\n\n{\"text\": \"坏\"} {\"text\": \"差\"}\n", 3)]
    [InlineData("a.json", "[{\"text\": \"好\"},\n{\"text\": \"坏\",\n \"label\": x}]", 3)]
    public void Read_BrokenJson_NamesTheLine(string name, string content, int line)
    {
        var fault = SomeFile.Fault(name, content);

        fault.Line.ShouldBe(line);
        fault.Message.ShouldStartWith($"{name}, line {line}: the JSON is broken at byte ");
        fault.Message.ShouldEndWith(
            "; expected one object a line, or one array of objects. Check whether the file was written to its end, and by a JSON library.");
    }

    [Theory]
    [InlineData("[{\"text\": \"好\"},\n{\"text\": \"坏\"}", "the file ends inside the array; expected ',' or ']' after an object.")]
    [InlineData("[{\"text\": \"好\"},\n3]", "the array is broken at '3'; expected an array of objects.")]
    [InlineData("[{\"text\": \"好\"},\n{\"text\": \"坏\"}] x", "the array is broken at 'x'; expected nothing after the array's ']'.")]
    public void Read_BrokenArray_NamesTheLine(string content, string problem) => SomeFile.Fault("a.json", content).Message.ShouldBe(
        $"a.json, line 2: {problem} Check whether the file was written to its end; a file with one object a line has no outer brackets.");

    [Fact]
    public void Read_JsonLinesThatAreNoObjects_SaysSo() => SomeFile.Fault("a.jsonl", "\"好\"\n").Message.ShouldBe(
        "a.jsonl, line 1: this is JSON, but no object; expected an object a row. Write rows as {\"text\": …, \"label\": …}.");

    [Fact]
    public void Read_ObjectWithoutText_NamesTheLine() => SomeFile.Fault("a.jsonl", "{\"text\": \"好\"}\n{\"content\": \"坏\"}\n").Message.ShouldBe(
        "a.jsonl, line 2: the object has no 'text'; expected the text column that the first object has. Give every object the same text key.");

    [Theory]
    [InlineData("{\"text\": 3}", "the text is a JSON number; expected a string or null.")]
    [InlineData("{\"text\": [\"好\"]}", "the text is a JSON array; expected a string or null.")]
    public void Read_TextIsNoString_NamesTheLine(string content, string problem) => SomeFile.Fault("a.jsonl", content).Message.ShouldBe(
        $"a.jsonl, line 1: {problem} Write the text in quotes, or name another column.");

    [Fact]
    public void Read_LabelIsAList_NamesTheLine() => SomeFile.Fault("a.jsonl", "{\"text\": \"好\", \"label\": [1, 2]}").Message.ShouldBe(
        "a.jsonl, line 1: 'label' is a JSON array; expected a string, a number or null. Name another column, or write one value a row.");

    [Fact]
    public void Read_HalfASurrogatePair_NamesTheLine() => SomeFile.Fault("a.jsonl", "{\"text\": \"好\"}\n{\"text\": \"\\ud83d\"}").Message.ShouldBe(
        "a.jsonl, line 2: a string holds half of a surrogate pair (\\ud800 to \\udfff); expected escapes that come in pairs. "
        + "Remove the half, or write the character itself.");

    [Theory]
    [InlineData("a.csv", "text,label\n今天的天气真好,1\n\"差\n", "\",0\n", 4)]
    [InlineData("a.tsv", "text\tlabel\n今天的天气真好\t1\n差", "\t0\n", 3)]
    [InlineData("a.jsonl", "{\"text\": \"今天的天气真好\"}\n\n{\"text\": \"", "\"}", 3)]
    [InlineData("a.json", "[{\"text\": \"今天的天气真好\"},\n{\"text\":\n\"", "\"}]", 3)]
    [InlineData("a.txt", "今天的天气真好\n", "\n", 2)]
    public void Read_InvalidUtf8_NamesByteAndLine(string name, string before, string after, int line)
    {
        byte[] content = [.. System.Text.Encoding.UTF8.GetBytes(before), 0xB5, 0xC4, .. System.Text.Encoding.UTF8.GetBytes(after)];

        Should.Throw<InvalidDataFileException>(() => SomeFile.Read(name, content)).Message.ShouldBe(
            $"{name}, line {line}: the byte 0xB5 is no UTF-8; expected text in utf-8. "
            + "Correct the row, or say which encoding the file has (encoding, --encoding).");
    }

    [Fact]
    public void Read_InvalidUtf16_NamesTheLine()
    {
        byte[] content = [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes("text\n好\n"), 0x3D, 0xD8, 0x0A, 0x00];

        Should.Throw<InvalidDataFileException>(() => SomeFile.Read("a.csv", content)).Message.ShouldStartWith(
            "a.csv, line 3: bytes stand here that do not decode as utf-16le; expected text in utf-16le.");
    }

    [Theory]
    [InlineData("PAR1\u0015\0", "this is a parquet file, not text")]
    [InlineData("PK\u0003\u0004\u0014\0", "this is a zip archive or an Excel file, not text")]
    [InlineData("text,la\0bel\n好的,1\n", "a zero byte stands in the first line, so the file is no text")]
    public void Read_BinaryFile_SaysSo(string content, string problem) => SomeFile.Fault("a.bin", content).Problem.ShouldBe(problem);
}
