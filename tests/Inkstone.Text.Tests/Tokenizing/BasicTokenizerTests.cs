using Inkstone.Text.Tokenizing;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Tokenizing;

public sealed class BasicTokenizerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\u0000\uFFFD", "")]
    [InlineData("Hello, WORLD!", "hello|,*|world|!*")]
    [InlineData("用了iPhone7拍照。", "用*|了*|iphone7|拍*|照*|。*")]
    [InlineData("Émile 가", "emile|\u1100\u1161")]
    [InlineData("a\u0323\u0301b 好", "ab|好*")]
    [InlineData("哈\U0001F600哈", "哈*|\U0001F600|哈*")]
    [InlineData("x\U00020000y", "x|\U00020000*|y")]
    [InlineData("ひらがな", "ひらかな")]   // が is か and a mark
    [InlineData("a\uD800b", "ab")]
    public void Split_Text_GivesWordsAndWhatStandsAlone(string text, string expected) => Words(text, new()).ShouldBe(expected);

    [Theory]
    [InlineData("Émile 好好", "Émile|好*|好*", true)]
    [InlineData("Émile 好好", "Émile|好好", false)]
    public void Split_Options_AreHeeded(string text, string expected, bool chinese) =>
        Words(text, new() { DoLowerCase = false, TokenizeChineseChars = chinese }).ShouldBe(expected);

    /// <summary>With a vocabulary of all characters, the tokenizer's tokens are the same words in pieces.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void Split_AnyText_AgreesWithWordPiece(bool lower, bool chinese)
    {
        var options = new WordPieceOptions { DoLowerCase = lower, TokenizeChineseChars = chinese };
        var basic = new BasicTokenizer(options);
        var random = new Random(5);
        string[] parts = ["好", "的", "A", "b", "É", "e\u0301", "\u0323\u0301", "가", "\uFA0E", "\uF900", "\U0002F800", "\U0001F600", "\uD83D", "，", "!", " ", "\t", "\u00AD", "İ", "ß", "が", "㍿", "Ａ", "１", "٣", "\u200B", "ǆ", "\u0344"];
        for (var round = 0; round < 150; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(8) == 0 ? ((char)random.Next(0x20, 0xFFFF)).ToString() : parts[random.Next(parts.Length)]));
            var words = new List<string>();
            basic.Split(text, (word, _) => words.Add(word.ToString()));
            var forms = words.SelectMany(word => word.EnumerateRunes().Select((rune, place) => place == 0 ? rune.ToString() : "##" + rune)).ToList();
            var tokenizer = new WordPieceTokenizer(Vocabulary.FromTokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. forms.Distinct()]), options);

            tokenizer.Encode(text, null, new() { AddSpecialTokens = false }).InputIds.Select(id => tokenizer.IdToToken(id)).ShouldBe(forms, string.Join(' ', text.Select(unit => $"{(int)unit:X4}")));
        }
    }

    private static string Words(string text, WordPieceOptions options)
    {
        var words = new List<string>();
        new BasicTokenizer(options).Split(text, (word, standsAlone) => words.Add(word.ToString() + (standsAlone ? "*" : "")));
        return string.Join('|', words);
    }
}
