using System.Text;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora;

public class SetAsideTests
{
    [Theory]
    [InlineData("a.csv", "text,label\n好,1\n多,一,0\n坏,0\n", 3, "the row has 3 fields")]
    [InlineData("a.csv", "text,label\n好,1\n\"他说\"好\"\",0\n坏,0\n", 3, "a quoted field ends and text follows")]
    [InlineData("a.csv", "text,label\n好,1\n坏,0\n\"差,0\n", 4, "the quote that opens a field here never closes")]
    [InlineData("a.csv", "text,label\n好,1\n\"差,0\n坏,0\n", 3, "the quote that opens a field here never closes")]
    [InlineData("a.tsv", "text\tlabel\n好\t1\n多\n坏\t0\n", 3, "the row has 1 field")]
    [InlineData("a.jsonl", "{\"text\": \"好\"}\n{\"text\": \"多\"\n{\"text\": \"坏\"}\n", 2, "the JSON is broken at byte 15")]
    [InlineData("a.jsonl", "{\"text\": \"好\"}\n{\"txt\": \"多\"}\n{\"text\": \"坏\"}\n", 2, "the object has no 'text'")]
    [InlineData("a.json", "[{\"text\": \"好\"},\n{\"text\": 3},\n{\"text\": \"坏\"}]", 2, "the text is a JSON number")]
    [InlineData("a.txt", "好\n零\0\n坏\n", 2, "a zero byte stands here, which belongs to no text")]
    public void Read_OneBrokenRow_IsSetAsideAndTheOthersAreRead(string name, string content, int line, string problem)
    {
        var aside = new List<SetAsideRecord>();

        var rows = SomeFile.Read(name, content, new ReadOptions { SetAside = aside.Add });

        rows.Select(row => row.Text).ShouldBe(["好", "坏"]);
        aside.ShouldBe([new(name, line, problem)]);
        SomeFile.Fault(name, content).Line.ShouldBe(line);
    }

    [Fact]
    public void Read_TruncatedCharacterAtTheEnd_SetsTheLastRowAside()
    {
        byte[] content = [.. Encoding.UTF8.GetBytes("今天天气很好\n明天也很好\n好"), 0xE5, 0xA5];
        var aside = new List<SetAsideRecord>();

        SomeFile.Read("a.txt", content, new ReadOptions { SetAside = aside.Add }).Count.ShouldBe(2);

        aside.ShouldBe([new("a.txt", 3, "the byte 0xE5 is no UTF-8")]);
    }

    [Fact]
    public void Read_QuoteThatClosesInALaterRow_SetsOnlyItsOwnLineAside()
    {
        var aside = new List<SetAsideRecord>();

        var rows = SomeFile.Read("a.csv", "text,label\n\"坏,0\n一,1\n二,1\n\"三\",1\n四,0\n", new ReadOptions { SetAside = aside.Add });

        rows.Select(row => row.Text).ShouldBe(["一", "二", "三", "四"]);
        aside.ShouldBe([new("a.csv", 2, "the quote that opens a field here never closes")]);
    }

    [Fact]
    public void Read_QuotesWrongOverSeveralLines_TakesNoLineOfThemForARow()
    {
        var aside = new List<SetAsideRecord>();

        var rows = SomeFile.Read("a.csv", "text,label\n好,1\n\"一\n二\"三\n四\",0\n坏,0\n", new ReadOptions { SetAside = aside.Add });

        rows.Select(row => row.Text).ShouldBe(["好", "坏"]);
        aside.Select(record => record.Line).ShouldBe([4, 5]);
    }

    [Fact]
    public void Read_QuoteThatNeverClosesBeforeWhatIsNoRecord_IsAnErrorOfTheFile()
    {
        var fault = SomeFile.Fault("a.csv", "text,label\n好,1\n\"坏\n行一\n行二\n", new ReadOptions { SetAside = _ => { } });

        (fault.Line, fault.Problem).ShouldBe((3, "the quote that opens a field here never closes"));
    }

    [Fact]
    public void Read_QuoteThatNeverClosesInAnEndlessFile_NamesItsLineWithBoundedMemory()
    {
        using var endless = new Endless("text,label\n好,1\n\"坏", "没有引号的长文本，");

        var fault = Should.Throw<InvalidDataFileException>(() => CorpusReader.Read(endless, "a.csv").Count());

        (fault.Line, fault.Problem).ShouldBe((3, "the quote that opens a field here never closes"));
        endless.BytesRead.ShouldBeLessThan(100L << 20);
    }

    [Theory]
    [InlineData("a.csv", "text,label\n{0}", "好,1,2\n", 12, "12 of 12 records read are no rows; the first: the row has 3 fields")]
    [InlineData("a.csv", "text,label\n好,1\n{0}", "好,1,2\n", 100_000, "100 of 101 records read are no rows; the first: the row has 3 fields")]
    [InlineData("a.jsonl", "{0}", "text\n", 1, "1 of 1 records read are no rows; the first: the JSON is broken at byte 2")]
    public void Read_MostRowsAreBroken_IsAnErrorOfTheFile(string name, string form, string row, int times, string problem)
    {
        string content = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, string.Concat(Enumerable.Repeat(row, times)));

        SomeFile.Fault(name, content, new ReadOptions { SetAside = _ => { } }).Problem.ShouldBe(problem);
    }

    private sealed class Endless(string start, string rest) : Stream
    {
        private readonly byte[] first = Encoding.UTF8.GetBytes(start);
        private readonly byte[] next = Encoding.UTF8.GetBytes(rest);

        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            for (int i = 0; i < count; i++, BytesRead++)
            {
                buffer[offset + i] = BytesRead < first.Length ? first[BytesRead] : next[(BytesRead - first.Length) % next.Length];
            }

            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
