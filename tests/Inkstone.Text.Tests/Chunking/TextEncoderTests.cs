using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Inkstone.Text.Chunking;
using Inkstone.Text.Tests.Tokenizing;
using Inkstone.Text.Tokenizing;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Chunking;

public class TextEncoderTests
{
    private const string Review = "房间很小，服务态度也一般，不会再来了。";

    private static readonly TextEncoderOptions Chunked = new() { MaxLength = 8, LongText = LongText.Chunk, Stride = 2 };

    [Theory]
    [InlineData(LongText.Truncate)]
    [InlineData(LongText.Chunk)]
    public void Encode_ShortText_IsADocumentOfOneChunk(LongText longText)
    {
        var document = Encoder(new TextEncoderOptions { LongText = longText, Stride = 16 }).Encode("好😀看！");

        var chunk = document.Chunks.ShouldHaveSingleItem();
        Read(chunk).ShouldBe("[CLS] 好 😀 看 ！ [SEP]");
        (chunk.Start, chunk.End, chunk.TokenTypeIds, chunk.Offsets).ShouldBe((0, 4, null, null));
        (document.TokenCount, document.Truncated).ShouldBe((4, false));
    }

    [Theory]
    [InlineData(TruncationSide.Right, "[CLS] 房 间 很 小 ， 服 [SEP]", 0, 6)]
    [InlineData(TruncationSide.Left, "[CLS] 不 会 再 来 了 。 [SEP]", 13, 19)]
    [InlineData(TruncationSide.Both, "[CLS] 房 间 再 来 了 。 [SEP]", 0, 19)]
    public void Encode_LongText_IsCutAtTheSideAsked(TruncationSide side, string expected, int start, int end)
    {
        var document = Encoder(new TextEncoderOptions { MaxLength = 8, TruncationSide = side, HeadTokens = 2 }).Encode(Review);

        var chunk = document.Chunks.ShouldHaveSingleItem();
        Read(chunk).ShouldBe(expected);
        (chunk.Start, chunk.End, document.TokenCount, document.Truncated).ShouldBe((start, end, 19, true));
    }

    [Fact]
    public void Encode_LongTextInChunks_OverlapsByTheStride()
    {
        var document = Encoder(Chunked with { WithOffsets = true }).Encode(Review);

        document.Chunks.Select(Read).ShouldBe(["[CLS] 房 间 很 小 ， 服 [SEP]", "[CLS] ， 服 务 态 度 也 [SEP]", "[CLS] 度 也 一 般 ， 不 [SEP]", "[CLS] ， 不 会 再 来 了 [SEP]", "[CLS] 来 了 。 [SEP]"]);
        document.Chunks.Select(chunk => (chunk.Start, chunk.End)).ShouldBe([(0, 6), (4, 10), (8, 14), (12, 18), (16, 19)]);
        document.Chunks[1].Offsets.ShouldBe([default, new(4, 5), new(5, 6), new(6, 7), new(7, 8), new(8, 9), new(9, 10), default]);
        document.Truncated.ShouldBeFalse();
    }

    [Theory]
    [InlineData(TruncationSide.Right, new[] { 0, 4, 8 })]
    [InlineData(TruncationSide.Left, new[] { 8, 12, 16 })]
    [InlineData(TruncationSide.Both, new[] { 0, 4, 16 })]
    public void Encode_MoreChunksThanAllowed_KeepsThoseOfTheSide(TruncationSide side, int[] starts)
    {
        var document = Encoder(Chunked with { MaxChunks = 3, TruncationSide = side, HeadTokens = 0 }).Encode(Review);

        document.Chunks.Select(chunk => chunk.Start).ShouldBe(starts);
        document.Truncated.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, new[] { 8 })]
    [InlineData(2, new[] { 0, 16 })]
    [InlineData(3, new[] { 0, 8, 16 })]
    [InlineData(4, new[] { 0, 4, 12, 16 })]
    [InlineData(5, new[] { 0, 4, 8, 12, 16 })]
    [InlineData(9, new[] { 0, 4, 8, 12, 16 })]
    public void Encode_MoreChunksThanAllowed_SpreadsThemOverTheText(int most, int[] starts)
    {
        var document = Encoder(Chunked with { MaxChunks = most, ChunkSelection = ChunkSelection.Spread }).Encode(Review);

        document.Chunks.Select(chunk => chunk.Start).ShouldBe(starts);
        document.Truncated.ShouldBe(most < 5);
    }

    /// <summary>A megabyte in one row is long, and no more than that.</summary>
    [Fact]
    public void Encode_AMegabyteOfText_CoversEveryCharacter()
    {
        var text = string.Concat(Enumerable.Repeat("房间很小，服务态度也一般。", 27_000));
        Encoding.UTF8.GetByteCount(text).ShouldBeGreaterThan(1_000_000);

        var document = Encoder(new() { MaxLength = 512, LongText = LongText.Chunk, Stride = 128 }).Encode(text);

        document.Chunks.Count.ShouldBe(((text.Length - 510 + 381) / 382) + 1);
        document.Chunks.Zip(document.Chunks.Skip(1)).ShouldAllBe(pair => pair.Second.Start == pair.First.End - 128);
        (document.Chunks[0].Start, document.Chunks[^1].End, document.Truncated).ShouldBe((0, text.Length, false));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\u3000")]
    public void Encode_NothingToRead_IsOneChunkOfSpecialTokens(string text)
    {
        var document = Encoder(Chunked).Encode(text);

        Read(document.Chunks.ShouldHaveSingleItem()).ShouldBe("[CLS] [SEP]");
        document.TokenCount.ShouldBe(0);
    }

    [Fact]
    public void Encode_PairInChunks_RepeatsTheSecondText()
    {
        var document = Encoder(Chunked with { MaxLength = 10 }).Encode("房间很小，服务态度", "好坏");

        document.Chunks.Select(Read).ShouldBe(["[CLS] 房 间 很 小 ， [SEP] 好 坏 [SEP]", "[CLS] 小 ， 服 务 态 [SEP] 好 坏 [SEP]", "[CLS] 务 态 度 [SEP] 好 坏 [SEP]"]);
        document.Chunks[0].TokenTypeIds.ShouldBe([0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
        document.Truncated.ShouldBeFalse();
    }

    [Fact]
    public void Encode_PairInChunksWithALongSecond_LeavesTheFirstHalfTheRoom()
    {
        var document = Encoder(Chunked with { MaxLength = 10 }).Encode("房间很小，服务", Review);

        document.Chunks.Select(Read).First().ShouldBe("[CLS] 房 间 很 小 [SEP] 房 间 很 [SEP]");
        document.Truncated.ShouldBeTrue();
    }

    [Fact]
    public void Encode_AnythingInAnyWay_GivesChunksWithinTheLimitThatHoldEveryToken() => Prop.ForAll(SomeText.Any, SomeText.Any, Gen.Choose(3, 24).ToArbitrary(), (text, pair, maxLength) =>
    {
        foreach (var side in Enum.GetValues<TruncationSide>())
        {
            foreach (var longText in Enum.GetValues<LongText>())
            {
                var options = new TextEncoderOptions { MaxLength = maxLength, LongText = longText, TruncationSide = side, HeadTokens = maxLength / 3, Stride = (maxLength / 3) - 1 };
                foreach (var second in new[] { null, pair })
                {
                    var document = Encoder(options).Encode(text, second);

                    document.Chunks.ShouldNotBeEmpty();
                    document.Chunks.ShouldAllBe(chunk => chunk.InputIds.Length <= Math.Max(maxLength, 3));
                    if (second is null && longText == LongText.Chunk)
                    {
                        var whole = GoldenTokenizer.Default.Encode(text).InputIds[1..^1];
                        document.Chunks.Take(1).SelectMany(chunk => chunk.InputIds[1..^1]).Concat(document.Chunks.Skip(1).SelectMany(chunk => chunk.InputIds[(1 + options.Stride)..^1])).ShouldBe(whole);
                        document.Truncated.ShouldBeFalse();
                    }
                }
            }
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void EncodeAll_ManyThreads_GivesWhatOneThreadGives()
    {
        var texts = GoldenTokenizer.Rows("encode").Take(800).Select((row, i) => (row.Text(), i % 3 == 0 ? Review : null)).ToList();
        var encoder = Encoder(Chunked with { MaxLength = 32 });

        var parallel = encoder.EncodeAll(texts, threads: 8, TestContext.Current.CancellationToken);

        parallel.Select(Flat).ShouldBe(texts.Select(text => Flat(encoder.Encode(text.Item1, text.Item2))));

        static string Flat(EncodedDocument document) => string.Join('|', document.Chunks.Select(chunk => string.Join(' ', chunk.InputIds)));
    }

    [Fact]
    public void EncodeAll_Stopped_Throws() =>
        Should.Throw<OperationCanceledException>(() => Encoder(Chunked).EncodeAll([("好", null)], 2, new CancellationToken(canceled: true)));

    private static TextEncoder Encoder(TextEncoderOptions options) => new(GoldenTokenizer.Default, options);

    private static string Read(EncodedChunk chunk) => GoldenTokenizer.Default.Decode(chunk.InputIds);
}
