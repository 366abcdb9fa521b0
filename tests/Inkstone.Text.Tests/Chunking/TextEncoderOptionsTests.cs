using Inkstone.Text.Chunking;
using Inkstone.Text.Tests.Tokenizing;
using Inkstone.Text.Tokenizing;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Chunking;

public class TextEncoderOptionsTests
{
    [Fact]
    public void Problems_Defaults_AreNone() => new TextEncoderOptions().Problems().ShouldBeEmpty();

    [Fact]
    public void Problems_TooShort_NamesTheKey() =>
        new TextEncoderOptions { MaxLength = 2 }.Problems()
            .ShouldBe(["tokenizer.max_length must be at least 3, but is 2; [CLS] and [SEP] need two tokens; short texts usually want 128."]);

    [Theory]
    [InlineData(126, false)]
    [InlineData(127, true)]
    [InlineData(-1, true)]
    public void Problems_HeadTokens_AreRefusedOverTheTextsRoom(int headTokens, bool refused) =>
        new TextEncoderOptions { TruncationSide = TruncationSide.Both, HeadTokens = headTokens }.Problems()
            .ShouldBe(refused ? [$"tokenizer.head_tokens must be from 0 to tokenizer.max_length - 2 (126), but is {headTokens}; lower it or raise tokenizer.max_length."] : []);

    [Theory]
    [InlineData(125, false)]
    [InlineData(126, true)]
    public void Problems_Stride_IsRefusedFromTheTextsRoomOn(int stride, bool refused) =>
        new TextEncoderOptions { LongText = LongText.Chunk, Stride = stride }.Problems()
            .ShouldBe(refused ? [$"tokenizer.stride must be from 0 to less than tokenizer.max_length - 2 (126), but is {stride}; lower it (a quarter of the chunk is usual: 31) or raise tokenizer.max_length."] : []);

    [Fact]
    public void New_SeveralFaults_SaysThemAllAtOnce() =>
        Should.Throw<ArgumentException>(() => new TextEncoder(GoldenTokenizer.Default, new TextEncoderOptions { MaxLength = 1, MaxChunks = 0 }))
            .Message.ShouldBe("tokenizer.max_length must be at least 3, but is 1; [CLS] and [SEP] need two tokens; short texts usually want 128. tokenizer.max_chunks must be at least 1, but is 0; use null for all chunks.");
}
