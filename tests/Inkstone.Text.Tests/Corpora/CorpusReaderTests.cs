using System.Text;
using System.Text.Json;
using Inkstone.Tests;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

public class CorpusReaderTests
{
    [Theory]
    [InlineData("csv-train.csv", "train")]
    [InlineData("csv-validation.csv", "validation")]
    [InlineData("csv-test.csv", "test")]
    [InlineData("json-train.jsonl", "train")]
    [InlineData("json-validation.jsonl", "validation")]
    [InlineData("json-test.jsonl", "test")]
    public void Read_FileOfHuggingFaceDatasets_EqualsWhatDatasetsReads(string file, string split)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Repo.Golden("datasets", "expected.json")));
        var expected = golden.RootElement.GetProperty(split).EnumerateArray()
            .Select(row => (row[0].GetString(), (string?)row[1].GetRawText())).ToList();

        var rows = CorpusReader.Read(Repo.Golden("datasets", file)).Select(row => ((string?)row.Text, row.Label)).ToList();

        rows.ShouldBe(expected);
    }

    [Theory]
    [InlineData("a.csv", "text,label\n好,1\n坏,0\n")]
    [InlineData("a.csv", "label,text\r\n1,好\r\n0,坏")]
    [InlineData("a.tsv", "label\ttext\n1\t好\n0\t坏\n")]
    [InlineData("a.csv", "标签\t评论\n1\t好\n0\t坏\n")]
    [InlineData("a.txt", "LABEL\tReview\n1\t好\n0\t坏\n")]
    [InlineData("a.tsv", "label,content\n1,好\n0,坏\n")]
    [InlineData("a.json", "[{\"text\": \"好\", \"label\": 1}, {\"text\": \"坏\", \"label\": 0}]")]
    [InlineData("a.json", "\n [\n  {\"content\": \"好\", \"label\": \"1\"}\n ,\n  {\"label\": \"0\", \"content\": \"坏\"}\n]\n")]
    [InlineData("a.jsonl", "{\"text\": \"好\", \"label\": 1}\n\n{\"label\": 0, \"text\": \"\\u574f\"}")]
    [InlineData("a.txt", "{\"text\": \"好\", \"label\": 1}\n{\"text\": \"坏\", \"label\": 0}")]
    [InlineData("a.jsonl", "[{\"text\": \"好\", \"label\": 1}, {\"text\": \"坏\", \"label\": 0}]")]
    public void Read_FormatByContent_GivesTextsAndLabels(string name, string content)
    {
        var rows = SomeFile.Read(name, content);

        rows.Select(row => (row.Text, row.Label)).ShouldBe([("好", "1"), ("坏", "0")]);
    }

    [Fact]
    public void Read_PlainText_GivesARowALineAndKeepsEmptyOnes()
    {
        var rows = SomeFile.Read("standard input", "今天天气好, 真的\r\n\r\n[泪]好难过\n");

        rows.Select(row => (row.Text, row.Line)).ShouldBe([("今天天气好, 真的", 1), ("", 2), ("[泪]好难过", 3)]);
        rows.ShouldAllBe(row => row.Label == null && row.File == "standard input");
    }

    public static TheoryData<string> Encodings => ["utf-8", "utf-16", "utf-16BE"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Read_ByteOrderMark_ChoosesTheDecoderAndIsNoText(string encoding)
    {
        var encoder = Encoding.GetEncoding(encoding);
        byte[] content = [.. encoder.GetPreamble(), .. encoder.GetBytes("text,label\n𠮷野家,1\n坏,0\n")];

        var rows = SomeFile.Read("a.csv", content);

        content.Length.ShouldBeGreaterThan(encoder.GetByteCount("text,label\n𠮷野家,1\n坏,0\n"));
        rows.Select(row => row.Text).ShouldBe(["𠮷野家", "坏"]);
    }

    [Theory]
    [InlineData("a.csv", "text,label\n{0},1\n")]
    [InlineData("a.csv", "text,label\n\"{0}\",1\n")]
    [InlineData("a.tsv", "text\tlabel\n{0}\t1\n")]
    [InlineData("a.jsonl", "{{\"text\": \"{0}\", \"label\": 1}}\n")]
    [InlineData("a.json", "[{{\"text\": \"{0}\", \"label\": 1}}]")]
    [InlineData("a.txt", "{0}\n")]
    public void Read_TextOfTenMegabytes_IsReadWhole(string name, string format)
    {
        string text = string.Concat(Enumerable.Repeat("长文本，", 850_000));

        var rows = SomeFile.Read(name, string.Format(System.Globalization.CultureInfo.InvariantCulture, format, text));

        rows.Single().Text.ShouldBe(text);
    }

    [Fact]
    public void Read_StreamOfManyRows_HoldsOneAtATime()
    {
        var stream = new EndlessJsonLines();

        var rows = CorpusReader.Read(stream, "endless.jsonl").Take(200_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var (count, growth) = (0, 0L);
        foreach (var row in rows)
        {
            count++;
            growth = count == 199_000 ? GC.GetTotalMemory(forceFullCollection: true) - before : growth;   // while the reader still holds what it holds
        }

        count.ShouldBe(200_000);
        growth.ShouldBeLessThan(4 << 20);
        stream.BytesRead.ShouldBeLessThan(200_000L * EndlessJsonLines.Line.Length + (1 << 18));
    }

    [Fact]
    public void Read_Stream_IsDisposedAtTheEnd()
    {
        var stream = new MemoryStream("好\n"u8.ToArray());

        CorpusReader.Read(stream, "a.txt").Count().ShouldBe(1);

        stream.CanRead.ShouldBeFalse();
    }

    private sealed class EndlessJsonLines : MemoryStream
    {
        public static readonly byte[] Line = "{\"text\": \"这家酒店的服务态度很好\", \"label\": 1}\n"u8.ToArray();

        public long BytesRead { get; private set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            for (int i = 0; i < buffer.Length; i++)
            {
                buffer[i] = Line[(int)(BytesRead++ % Line.Length)];
            }

            return buffer.Length;
        }
    }
}
