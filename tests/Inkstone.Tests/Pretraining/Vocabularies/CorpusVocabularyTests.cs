using Inkstone.Pretraining.Vocabularies;
using Inkstone.Tests.Support;
using Inkstone.Text.Tokenizing;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Pretraining.Vocabularies;

public sealed class CorpusVocabularyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Build_AnyNumberOfThreads_GivesTheSame(int threads)
    {
        var texts = SomeTexts.Texts(20_000, longest: 20);

        SomeTexts.Vocabulary(texts, 400, threads: threads).Tokens.ShouldBe(SomeTexts.Vocabulary(texts, 400, threads: 2).Tokens);
        SomeTexts.Vocabulary(texts.Reverse(), 400, threads: threads).Tokens.ShouldBe(SomeTexts.Vocabulary(texts, 400, threads: 2).Tokens);
    }

    [Fact]
    public void Build_EnoughRoom_KnowsEveryCharacter()
    {
        var texts = SomeTexts.Texts(500);

        var vocabulary = SomeTexts.Vocabulary(texts, 2000);

        vocabulary.Tokens.Take(5).ShouldBe(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]);
        vocabulary.Tokens.ShouldBeUnique();
        vocabulary.Tokens.Count.ShouldBeLessThanOrEqualTo(2000);
        vocabulary.Report.UnknownCharacters.ShouldBe(0);
        vocabulary.Report.KnownAlphabet.ShouldBe(vocabulary.Report.Alphabet);
        vocabulary.Report.Texts.ShouldBe(500);
        vocabulary.Report.Size.ShouldBe(vocabulary.Tokens.Count);
        var tokenizer = vocabulary.CreateTokenizer(128);
        texts.ShouldAllBe(text => !tokenizer.Encode(text, null, null).InputIds.Contains(tokenizer.UnkId));
        tokenizer.ModelMaxLength.ShouldBe(128);
        (tokenizer.PadId, tokenizer.UnkId, tokenizer.ClsId, tokenizer.SepId, tokenizer.MaskId).ShouldBe((0, 1, 2, 3, 4));
    }

    [Fact]
    public void Build_Ascii_IsThereThoughNoTextHasIt()
    {
        var tokenizer = SomeTexts.Vocabulary(SomeTexts.Texts(500), 600).CreateTokenizer();

        tokenizer.Encode("zqx-7, {~} 0k JQZ", null, null).InputIds.ShouldNotContain(tokenizer.UnkId);
    }

    [Fact]
    public void Build_WordsThatComeOften_BecomePieces()
    {
        var tokenizer = SomeTexts.Vocabulary(SomeTexts.Texts(500), 600).CreateTokenizer();

        Tokens(tokenizer, "用了iPhone拍照，WiFi的信号").ShouldBe(["用", "了", "iphone", "拍", "照", "，", "wifi", "的", "信", "号"]);
        Tokens(tokenizer, "phone").Length.ShouldBeGreaterThan(1);   // it came only inside a word
    }

    [Fact]
    public void Build_PiecesByHand_AreTheCommonestNeighbours()
    {
        // e+s 9, es+t 9; then l+o and o+w have 7 each, and ##o is spelled before l; then e+w, n+e and w+est have 6
        string[] words = [.. Enumerable.Repeat("low", 5), .. Enumerable.Repeat("lower", 2), .. Enumerable.Repeat("newest", 6), .. Enumerable.Repeat("widest", 3)];

        var pieces = new WordPieceMerges(words.CountBy(word => word).Select(word => KeyValuePair.Create(word.Key, (long)word.Value))).Learn(6).ToList();

        pieces.ShouldBe(["##es", "##est", "##ow", "low", "##ew", "##ewest"]);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(40)]
    [InlineData(90)]
    public void Build_SizeBelowTheAlphabet_KeepsTheCommonestAndSaysWhatIsUnknown(int size)
    {
        var texts = SomeTexts.Texts(300).Select(text => text.Replace("wifi", "", StringComparison.Ordinal).Replace("iphone", "", StringComparison.Ordinal)).ToArray();
        var counts = texts.SelectMany(text => text).Where(character => character is not (>= '0' and <= '9')).CountBy(character => character).OrderByDescending(pair => pair.Value).ToList();

        var vocabulary = SomeTexts.Vocabulary(texts, size);

        vocabulary.Tokens.Count.ShouldBe(size);
        vocabulary.Tokens.ShouldContain(counts[0].Key.ToString());
        vocabulary.Report.Alphabet.ShouldBeGreaterThan(vocabulary.Report.KnownAlphabet);
        vocabulary.Report.Characters.ShouldBe(texts.Sum(text => (long)text.Length));
        var tokenizer = vocabulary.CreateTokenizer();
        var unknown = texts.SelectMany(text => Spans(tokenizer, text)).Where(token => token.Id == tokenizer.UnkId).Sum(token => (long)token.Length);
        vocabulary.Report.UnknownCharacters.ShouldBe(unknown);
        vocabulary.Report.ToString().ShouldMatch(@"^\d+ tokens: \d+ of the \d+ characters in 300 texts, \d+ longer pieces; \d+(\.\d+)? % of the text becomes \[UNK\]\.$");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    public void Build_NoRoomBesideSpecialTokens_IsRefused(int size) =>
        Should.Throw<ArgumentOutOfRangeException>(() => SomeTexts.Vocabulary(["好"], size)).Message.ShouldStartWith($"a vocabulary needs room for more than its 5 special tokens, but its size is {size}; 8000 is usual for Chinese.");

    [Fact]
    public void Build_NoText_IsRefused()
    {
        Should.Throw<InvalidDataException>(() => SomeTexts.Vocabulary([], 100)).Message.ShouldStartWith("The texts have no characters");
        Should.Throw<InvalidDataException>(() => SomeTexts.Vocabulary(["", " \t\u0001", "\uD800"], 100)).Message.ShouldStartWith("The texts have no characters");
    }

    [Fact]
    public void Build_EndlessTexts_AreCounted()
    {
        var (han, latin) = (new string('好', 100_000), new string('x', 100_000));

        var vocabulary = SomeTexts.Vocabulary([han, latin, "好 x"], 500);

        vocabulary.Report.Characters.ShouldBe(200_002);
        vocabulary.Report.UnknownCharacters.ShouldBe(100_000);   // a word of more than 100 characters is one [UNK]
    }

    [Fact]
    public void ForgetRareWords_TooMany_KeepsTheCommonest()
    {
        var counts = new CharacterCounts(new());
        foreach (var number in Enumerable.Range(1, 100))
        {
            counts.Add(string.Concat(Enumerable.Repeat($"w{number} ", 1 + (number / 10))));
        }

        counts.ForgetRareWords(100);
        counts.Words.Count.ShouldBe(100);
        counts.ForgetRareWords(99);
        counts.Words.Keys.Order().ShouldBe(Enumerable.Range(60, 41).Select(number => $"w{number}").Order());
        counts.Characters.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void Build_CasedOptions_KeepCapitals()
    {
        var vocabulary = SomeTexts.Vocabulary(SomeTexts.Texts(50).Append("Émile ABC"), 900, new() { DoLowerCase = false });

        vocabulary.Tokens.ShouldContain("É");
        vocabulary.Tokens.ShouldContain("##B");
        vocabulary.CreateTokenizer().Options.DoLowerCase.ShouldBeFalse();
    }

    [Fact]
    public void CreateTokenizer_SavedAndLoaded_IsTheSame()
    {
        using var scratch = new TemporaryFolder();
        var tokenizer = SomeTexts.Tokenizer;

        tokenizer.Save(scratch.Path);

        var loaded = WordPieceTokenizer.Load(scratch.Path);
        SomeTexts.Texts(50).ShouldAllBe(text => loaded.Encode(text, null, null).InputIds.SequenceEqual(tokenizer.Encode(text, null, null).InputIds));
    }

    private static string[] Tokens(WordPieceTokenizer tokenizer, string text) =>
        [.. tokenizer.Encode(text, null, new() { AddSpecialTokens = false }).InputIds.Select(id => tokenizer.IdToToken(id)!)];

    private static IEnumerable<(int Id, int Length)> Spans(WordPieceTokenizer tokenizer, string text)
    {
        var buffer = new TokenBuffer(OffsetUnit.CodePoint);
        tokenizer.Append(text, buffer);
        return buffer.Ids.ToArray().Zip(buffer.Offsets.ToArray().Select(span => span.Length));
    }
}
