using Inkstone.Text.Tokenizing;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Tokenizing;

public class WordPieceTokenizerTests
{
    private static readonly WordPieceTokenizer Tokenizer = GoldenTokenizer.Default;

    [Fact]
    public void Append_TextAfterText_AddsTokensWithoutSpecialOnes()
    {
        var buffer = new TokenBuffer(OffsetUnit.CodePoint);

        Tokenizer.Append("好😀好", buffer);
        Tokenizer.Append("wifi", buffer);

        buffer.Ids.ToArray().Select(Tokenizer.IdToToken).ShouldBe(["好", "😀", "好", "wifi"]);
        buffer.Offsets.ToArray().ShouldBe([new(0, 1), new(1, 2), new(2, 3), new(0, 4)]);
    }

    [Theory]
    [InlineData(OffsetUnit.None)]
    [InlineData(OffsetUnit.CodePoint)]
    [InlineData(OffsetUnit.Utf16)]
    public void Append_SteadyState_AllocatesNothing(OffsetUnit unit)
    {
        string[] texts = ["这个电影太好看了！iPhone12的WiFi信号真差 [MASK] [泪]", "naïve café Ünïcödé 한국어 😀👍🏽 👨‍👩‍👧 İstanbul", "\ud800半个 http://t.cn/A6abcdE " + new string('a', 300)];
        var buffer = new TokenBuffer(unit);
        foreach (var text in texts)
        {
            Tokenizer.Append(text, buffer);
        }

        buffer.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            foreach (var text in texts)
            {
                Tokenizer.Append(text, buffer);
            }

            buffer.Clear();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Append_TenMegabytes_IsTokenizedWhole()
    {
        const int Length = 5_000_000;
        var buffer = new TokenBuffer(OffsetUnit.CodePoint);

        Tokenizer.Append(new string('好', Length), buffer);
        buffer.Count.ShouldBe(Length);
        buffer.Offsets[^1].ShouldBe(new CharSpan(Length - 1, Length));

        buffer.Clear();
        Tokenizer.Append(new string('a', Length), buffer);
        buffer.Ids.ToArray().ShouldBe([Tokenizer.UnkId]);
        buffer.Offsets[0].ShouldBe(new CharSpan(0, Length));

        buffer.Clear();
        Tokenizer.Append("a\u302E" + new string('\u0301', Length), buffer);
        buffer.Ids.ToArray().ShouldBe([Tokenizer.UnkId]);
    }

    [Theory]
    [InlineData("\ud83d", "")]
    [InlineData("\ude00好", "好")]
    [InlineData("好\ud83d", "好")]
    [InlineData("a\ud83db", "a ##b")]
    public void Append_HalfASurrogatePair_IsDropped(string text, string tokens)
    {
        var buffer = new TokenBuffer();

        Tokenizer.Append(text, buffer);

        string.Join(' ', buffer.Ids.ToArray().Select(Tokenizer.IdToToken)).ShouldBe(tokens);
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(101, 1)]
    public void Encode_LongWord_IsUnknownFromItsHundredAndFirstCharacter(int length, int tokens) =>
        Tokenizer.Encode(new string('a', length)).InputIds.Length.ShouldBe(tokens + 2);

    [Fact]
    public void Encode_Both_KeepsHeadTokensThenTheEnd()
    {
        var whole = Tokenizer.Encode("房间很小，服务态度也一般，不会再来了。").InputIds;

        var cut = Tokenizer.Encode("房间很小，服务态度也一般，不会再来了。", options: new EncodingOptions { MaxLength = 10, TruncationSide = TruncationSide.Both, HeadTokens = 3 });

        cut.InputIds.ShouldBe([.. whole[..4], .. whole[^6..]]);
        (cut.TokenCount, cut.Truncated).ShouldBe((whole.Length, true));
        cut.Offsets[4].ShouldBe(new CharSpan(14, 15));
    }

    [Fact]
    public void Encode_EmptyPair_IsNoPair() =>
        Tokenizer.Encode("好", "").InputIds.ShouldBe(Tokenizer.Encode("好").InputIds);

    [Fact]
    public void Encode_OnlyFirstButPairAloneIsTooLong_SaysWhichTextIsTooShort() =>
        Should.Throw<ArgumentException>(() => Tokenizer.Encode("好", "坏坏坏坏坏坏", new EncodingOptions { MaxLength = 7, TruncationStrategy = TruncationStrategy.OnlyFirst }))
            .Message.ShouldBe("the first text has 1 tokens and would have to lose 3, because the second one must keep all of its own and both have room for 4; raise the max length, or cut the longest first.");

    [Fact]
    public void Encode_MaxLengthBelowSpecialTokens_IsRefused() =>
        Should.Throw<ArgumentException>(() => Tokenizer.Encode("好", "坏", new EncodingOptions { MaxLength = 2 }))
            .Message.ShouldStartWith("the max length is 2, but the special tokens alone are 3.");

    [Fact]
    public void EncodeChunks_PairCutFirst_RepeatsTheSecondInEachChunk()
    {
        var options = new EncodingOptions { MaxLength = 8, Stride = 1, TruncationStrategy = TruncationStrategy.OnlyFirst };

        var chunks = Tokenizer.EncodeChunks("房间很小服务", "好坏", options);

        chunks.Select(chunk => Tokenizer.Decode(chunk.InputIds)).ShouldBe(["[CLS] 房 间 很 [SEP] 好 坏 [SEP]", "[CLS] 很 小 服 [SEP] 好 坏 [SEP]", "[CLS] 服 务 [SEP] 好 坏 [SEP]"]);
        chunks[0].TokenTypeIds.ShouldBe([0, 0, 0, 0, 0, 1, 1, 1]);
    }

    [Fact]
    public void EncodeChunks_StrideAsLongAsTheChunk_SaysTheLimit() =>
        Should.Throw<ArgumentException>(() => Tokenizer.EncodeChunks("房间很小服务", null, new EncodingOptions { MaxLength = 5, Stride = 3 }))
            .Message.ShouldStartWith("the stride is 3, but must be from 0 to less than the 3 tokens of text that a chunk has room for.");

    [Theory]
    [InlineData("iPhone12 isn't good, ok?", "iphone12 isn't good, ok?")]
    [InlineData("这个 C++.", "这 个 c + +.")]
    public void Decode_WordsAndContractions_JoinsAsHuggingFace(string text, string decoded) =>
        Tokenizer.Decode(Tokenizer.Encode(text).InputIds, skipSpecialTokens: true).Replace(" ' ", "'", StringComparison.Ordinal).ShouldBe(decoded);

    [Fact]
    public void Decode_IdsOutsideTheVocabulary_ArePassedOver() =>
        Tokenizer.Decode([-1, Tokenizer.TokenToId("好"), int.MaxValue]).ShouldBe("好");

    [Fact]
    public void SpecialIds_AreThoseOfTheVocabulary() =>
        (Tokenizer.PadId, Tokenizer.UnkId, Tokenizer.ClsId, Tokenizer.SepId, Tokenizer.MaskId, Tokenizer.VocabularySize).ShouldBe((0, 10, 11, 12, 13, 7589));

    [Fact]
    public void WithOptions_Cased_KeepsCapitals()
    {
        var cased = Tokenizer.WithOptions(new WordPieceOptions { DoLowerCase = false });

        cased.Encode("OK").InputIds[1].ShouldBe(cased.UnkId);
        Tokenizer.Encode("OK").InputIds[1].ShouldBe(Tokenizer.TokenToId("ok"));
    }

    [Theory]
    [InlineData("[UNK]", "the unknown token")]
    [InlineData("[CLS]", "the token in front of a text")]
    [InlineData("[SEP]", "the token behind a text")]
    [InlineData("[PAD]", "the padding token")]
    public void New_VocabularyWithoutASpecialToken_IsRefused(string missing, string role)
    {
        var vocabulary = Vocabulary.FromTokens(new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "好" }.Where(token => token != missing));

        Should.Throw<InvalidDataException>(() => new WordPieceTokenizer(vocabulary))
            .Message.ShouldBe($"the vocabulary has no {missing}, {role}; a BERT vocabulary holds [UNK], [CLS], [SEP] and [PAD].");
    }

    [Fact]
    public void Pad_NoTexts_IsRefused() => Should.Throw<ArgumentException>(() => Tokenizer.Pad([])).Message.ShouldStartWith("a batch needs at least one text.");
}
