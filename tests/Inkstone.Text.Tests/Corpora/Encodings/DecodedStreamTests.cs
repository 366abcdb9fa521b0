using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Inkstone.Text.Corpora;
using Inkstone.Text.Corpora.Encodings;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Corpora.Encodings;

public class DecodedStreamTests
{
    private const string Sample = "天,a\"很好😀\r\n\t的，𠮷é#泪\n";

    [Fact]
    public void Read_BytesInChunksOfAnySize_AreTheTextInUtf8()
    {
        var texts = Gen.Elements(Sample.EnumerateRunes().Select(rune => rune.ToString()).ToArray()).ListOf().Select(string.Concat);
        var chunks = Gen.Choose(1, 9).NonEmptyListOf();
        var gen = from text in texts
                  from name in Gen.Elements("utf-8", "utf-16le", "utf-16be", "gb18030")
                  from sizes in chunks
                  from seekable in ArbMap.Default.GeneratorFor<bool>()
                  select (text, name, sizes: sizes.ToArray(), seekable);

        Prop.ForAll(gen.ToArbitrary(), sample =>
        {
            using var stream = new DecodedStream(new Chunks(SomeEncoding.Of(sample.name).GetBytes(sample.text), sample.sizes, sample.seekable), sample.name);
            ReadAll(stream, sample.sizes).ShouldBe(Encoding.UTF8.GetBytes(sample.text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void Read_AnyBytesInChunksOfAnySize_GiveTheSameAsAtOnce()
    {
        var gen = from bytes in Gen.Frequency((3, Gen.Choose(0x81, 0xFE)), (1, Gen.Choose(0x30, 0x39)), (1, Gen.Elements(0x0A, 0x22, 0x2C, 0x41, 0x80, 0xFF, 0xD8, 0xDC))).ListOf()
                  from name in Gen.Elements("big5", "utf-16le", "utf-16be", "gb18030")
                  from sizes in Gen.Choose(1, 5).NonEmptyListOf()
                  select (bytes: bytes.Select(value => (byte)value).ToArray(), name, sizes: sizes.ToArray());

        Prop.ForAll(gen.ToArbitrary(), sample =>
        {
            using var whole = new DecodedStream(new MemoryStream(sample.bytes), sample.name);
            using var cut = new DecodedStream(new Chunks(sample.bytes, sample.sizes, canSeek: false), sample.name);
            ReadAll(cut, sample.sizes).ShouldBe(ReadAll(whole, [1 << 16]));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [InlineData("gb18030", new byte[] { 0x81, 0x22, 0x2C }, new byte[] { 0xFF, 0x22, 0x2C })]
    [InlineData("gb18030", new byte[] { 0x81, 0x30, 0x81, 0x0A }, new byte[] { 0xFF, 0x30, 0xFF, 0x0A })]
    [InlineData("big5", new byte[] { 0xA4, 0x0A }, new byte[] { 0xFF, 0x0A })]
    [InlineData("big5", new byte[] { 0xA4, 0x40, 0xA4 }, new byte[] { 0xE4, 0xB8, 0x80, 0xFF })]
    [InlineData("utf-16le", new byte[] { 0x3D, 0xD8, 0x0A, 0x00, 0x41 }, new byte[] { 0xFF, 0x0A, 0xFF })]
    [InlineData("utf-16be", new byte[] { 0xDC, 0x00, 0x00, 0x0A }, new byte[] { 0xFF, 0x0A })]
    public void Read_BytesThatDoNotDecode_BecomeInvalidUtf8AndTakeNothingAlong(string encoding, byte[] bytes, byte[] expected)
    {
        using var stream = new DecodedStream(new MemoryStream(bytes), encoding);

        ReadAll(stream, [64]).ShouldBe(expected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_FileThatIsAsciiForLong_IsDecodedFromThere(bool seekable)
    {
        string text = string.Concat(Enumerable.Repeat("{\"text\": \"ok\"}\n", 40_000)) + "{\"text\": \"这家酒店的服务态度很好\"}\n";
        var opened = new List<OpenedFile>();

        var rows = CorpusReader.Read(new Chunks(SomeEncoding.Of("gb18030").GetBytes(text), [4096], seekable), "a.jsonl", new ReadOptions { Opened = opened.Add }).ToList();

        rows[^1].Text.ShouldBe("这家酒店的服务态度很好");
        opened.Select(file => file.Encoding).ShouldBe(["utf-8", "gb18030"]);
    }

    [Fact]
    public void Read_Terminal_GivesEachLineBeforeTheNextIsTyped()
    {
        var terminal = new Chunks(SomeEncoding.Of("utf-8").GetBytes("ok\n今天天气好\n再见\n"), [3, 16, 7], canSeek: false);
        using var rows = CorpusReader.Read(terminal, "standard input", new ReadOptions { Format = CorpusFormat.PlainText }).GetEnumerator();

        rows.MoveNext().ShouldBeTrue();
        (rows.Current.Text, terminal.Reads).ShouldBe(("ok", 1));
        rows.MoveNext().ShouldBeTrue();
        (rows.Current.Text, terminal.Reads).ShouldBe(("今天天气好", 2));
    }

    [Theory]
    [InlineData("GBK", "gb18030")]
    [InlineData("utf-16", "utf-16be")]
    [InlineData("UTF8", "utf-8")]
    public void Read_EncodingIsTold_DoesNotGuess(string told, string actual)
    {
        byte[] bytes = SomeEncoding.Of(actual).GetBytes("好\n");

        SomeFile.Read("a.txt", bytes, new ReadOptions { Encoding = told }).Single().Text.ShouldBe("好");
    }

    /// <summary>The encoding turns out while the format is still looked for.</summary>
    [Fact]
    public void Read_PipeThatBeginsWithABlankLine_TellsItsEncodingOnce()
    {
        byte[] bytes = SomeEncoding.Of("gb18030").GetBytes("\n评论,标签\n这家酒店的服务态度非常好,好评\n房间太小了隔音也很差,差评\n");
        var opened = new List<OpenedFile>();

        var rows = CorpusReader.Read(new Chunks(bytes, [1, 1 << 16], canSeek: false), "pipe", new ReadOptions { Opened = opened.Add }).ToList();

        rows.Select(row => row.Label).ShouldBe(["好评", "差评"]);
        opened.Single().Encoding.ShouldBe("gb18030");
    }

    [Fact]
    public void Read_UnknownEncoding_ListsTheNames() =>
        Should.Throw<ArgumentException>(() => SomeFile.Read("a.txt", "好", new ReadOptions { Encoding = "latin1" })).Message.ShouldStartWith(
            "encoding must be one of auto, utf-8, gb18030, gbk, gb2312, big5, utf-16, utf-16le, utf-16be, but is 'latin1'; use auto if in doubt.");

    private static byte[] ReadAll(Stream stream, int[] sizes)
    {
        var all = new List<byte>();
        var buffer = new byte[1 << 16];
        for (int i = 0; stream.Read(buffer, 0, sizes[i % sizes.Length]) is > 0 and var count; i++)
        {
            all.AddRange(buffer.AsSpan(0, count));
        }

        return [.. all];
    }

    /// <summary>Gives its bytes in pieces of the given sizes, over and over, as a pipe does.</summary>
    private sealed class Chunks(byte[] bytes, int[] sizes, bool canSeek) : MemoryStream(bytes)
    {
        public int Reads { get; private set; }

        public override bool CanSeek => canSeek;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, sizes[Reads++ % sizes.Length]));

        public override int Read(Span<byte> buffer)
        {
            var piece = new byte[Math.Min(buffer.Length, sizes[Reads++ % sizes.Length])];
            int count = base.Read(piece, 0, piece.Length);
            piece.AsSpan(0, count).CopyTo(buffer);
            return count;
        }
    }
}
