using Inkstone.Text.Cleaning;
using Inkstone.Text.Cleaning.Steps;
using Inkstone.Text.Icu;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Cleaning;

public class TextCleanerTests
{
    [Fact]
    public void Clean_Defaults_GivesTheSameInstance()
    {
        const string Text = "　好＃a#  [泪] @甲 😂 &amp; \u200B哈哈哈哈哈";
        var cleaner = TextCleaner.For(new CleaningOptions());

        cleaner.IsIdentity.ShouldBeTrue();
        cleaner.Clean(Text).ShouldBeSameAs(Text);
    }

    [Theory]
    [InlineData("A&amp;B &lt;好&gt; &#39;x&#x27; &nbsp;&unknown; &", "A&B <好> 'x' \u00A0&unknown; &")]
    [InlineData("&amp;lt;", "&lt;")]
    [InlineData("没有", "没有")]
    public void Clean_HtmlEntities_AreDecodedOnce(string text, string expected) => Clean(text, new() { DecodeHtmlEntities = true }).ShouldBe(expected);

    [Theory]
    [InlineData("零\u200B宽\uFEFF字\u200E符\u00AD", "零宽字符")]
    [InlineData("a\0b\u0007c\u009Fd", "abcd")]
    [InlineData("行\n一\t二\r\n", "行\n一\t二\r\n")]
    [InlineData("一\u200D家", "一家")]
    [InlineData("👨\u200D👩\u200D👧 ❤\uFE0F\u200D🔥", "👨\u200D👩\u200D👧 ❤\uFE0F\u200D🔥")]
    [InlineData("👨\u200D", "👨")]
    [InlineData("👩🏽\u200D🚀", "👩🏽\u200D🚀")]
    [InlineData("🏴\U000E0067\U000E0062\U000E007F x\U000E0067", "🏴\U000E0067\U000E0062\U000E007F x")]
    public void Clean_ControlCharacters_GoAndEmojiStayWhole(string text, string expected) => Clean(text, new() { StripControlCharacters = true }).ShouldBe(expected);

    // Not inline: an attribute cannot hold half a surrogate pair.
    [Fact]
    public void Clean_HalfSurrogatePairs_GoWithControlsAndStopNoOtherStep()
    {
        const string Text = "\uDE00坏\uD83D半\uD83D\uD83D";
        var all = new CleaningOptions { Normalize = TextNormalization.Weibo, TraditionalToSimplified = true };

        Clean(Text, new() { StripControlCharacters = true }).ShouldBe("坏半");
        Clean(Text, all with { StripControlCharacters = false, RepeatedCharacters = 1 }).ShouldBe("\uDE00坏\uD83D半\uD83D");
        Clean(new string('\uD83D', 300_000) + "😂", all with { StripControlCharacters = false }).ShouldBe("\uD83D\uD83D\uD83D笑哭");
        new ComparableText().Set(Text).ToString().ShouldBe(Text);
    }

    [Theory]
    [InlineData("  一 \u3000\t 二\n\n三 ", "一 二 三")]
    [InlineData("一 二", "一 二")]
    [InlineData("一\u00A0二", "一 二")]
    [InlineData(" \t\n", "")]
    [InlineData("", "")]
    public void Clean_WhiteSpace_Collapses(string text, string expected) => Clean(text, new() { CollapseWhitespace = true }).ShouldBe(expected);

    [Theory]
    [InlineData("ＡＢＣ１２３，！～　㊗ﬁ", "ABC123,!~ ㊗ﬁ", "ABC123,!~ 祝fi")]
    [InlineData("e\u0301①…ｶﾞ", "e\u0301①…ｶﾞ", "\u00E91...ガ")]
    public void Clean_Width_HalvesAsciiAndNfkcDoesMore(string text, string half, string nfkc)
    {
        Clean(text, new() { FullWidthToHalfWidth = true }).ShouldBe(half);
        Clean(text, new() { Nfkc = true }).ShouldBe(nfkc);
        Clean(text, new() { Normalize = TextNormalization.Nfkc }).ShouldBe(nfkc);
        Clean(text, new() { Normalize = TextNormalization.Nfkc, Nfkc = false }).ShouldBe(text);
    }

    [Theory]
    [InlineData("這家飯店的服務態度很好", "这家饭店的服务态度很好")]
    [InlineData("複雜的頭髮", "复杂的头发")]
    [InlineData("简体字不变 abc 😂", "简体字不变 abc 😂")]
    public void Clean_Traditional_BecomesSimplified(string text, string expected) => Clean(text, new() { TraditionalToSimplified = true }).ShouldBe(expected);

    [Fact]
    public void Clean_TraditionalFromManyThreads_IsTheSame()
    {
        var cleaner = TextCleaner.For(new() { TraditionalToSimplified = true });
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => string.Concat(Enumerable.Repeat("這", i)) + "態度")];

        var cleaned = texts.AsParallel().AsOrdered().Select(text => cleaner.Clean(text)).ToArray();

        cleaned.ShouldBe(texts.Select((_, i) => new string('这', i) + "态度"));
    }

    [Theory]
    [InlineData("看http://t.cn/RqABc1好的", "看好的", "看链接好的")]
    [InlineData("http://t.cn/zAb1[泪]", "[泪]", "链接[泪]")]
    [InlineData("http://t.cn/zAb1#iPhone#真贵", "#iPhone#真贵", "链接#iPhone#真贵")]
    [InlineData("见t.cn/Abc，又见https://example.com/a?b=1&c=%E5#d。", "见，又见。", "见链接，又见链接。")]
    [InlineData("www.example.com 好", " 好", "链接 好")]
    [InlineData("see HTTP://Example.com/a, ok", "see , ok", "see 链接, ok")]
    [InlineData("http:// 空", "http:// 空", "http:// 空")]
    [InlineData("www.好", "www.好", "www.好")]
    [InlineData("abct.cn/x", "abct.cn/x", "abct.cn/x")]
    [InlineData("(https://example.com)", "()", "(链接)")]
    public void Clean_Urls_EndWhereChineseBegins(string text, string removed, string replaced)
    {
        Clean(text, new() { Urls = MarkupTreatment.Remove }).ShouldBe(removed);
        Clean(text, new() { Urls = MarkupTreatment.Replace }).ShouldBe(replaced);
    }

    [Theory]
    [InlineData("@用户名 你好", " 你好", "用户 你好")]
    [InlineData("早@小_明-1：好", "早：好", "早用户：好")]
    [InlineData("回复@小明:谢谢", "谢谢", "用户谢谢")]
    [InlineData("信箱 some.one@example.com 收", "信箱 some.one@example.com 收", "信箱 some.one@example.com 收")]
    [InlineData("hello@小明 x", "hello x", "hello用户 x")]
    [InlineData("＠小明 x", " x", "用户 x")]
    [InlineData("5 @ 3", "5 @ 3", "5 @ 3")]
    [InlineData("@@小明", "@", "@用户")]
    [InlineData("@这一串文字太长了显然不是任何一个人的名字而是忘了在名字后面打空格的一句话", "@这一串文字太长了显然不是任何一个人的名字而是忘了在名字后面打空格的一句话", "@这一串文字太长了显然不是任何一个人的名字而是忘了在名字后面打空格的一句话")]
    public void Clean_UserNames_AreNoMail(string text, string removed, string replaced)
    {
        Clean(text, new() { UserNames = MarkupTreatment.Remove }).ShouldBe(removed);
        Clean(text, new() { UserNames = MarkupTreatment.Replace }).ShouldBe(replaced);
    }

    [Theory]
    [InlineData("哈哈//@甲: 真的 //@乙:原来", "哈哈", "哈哈转发 真的 转发原来")]
    [InlineData("//@甲:真的//@乙:原来", "真的", "转发真的转发原来")]
    [InlineData("转发微博//@甲：//@乙:原来", "原来", "转发微博转发转发原来")]
    [InlineData("//@甲:", "", "转发")]
    [InlineData("好 // @甲 坏", "好 ", "好 转发 坏")]
    [InlineData("见 http://x.cn//@ 好", "见 http://x.cn//@ 好", "见 http://x.cn//@ 好")]
    [InlineData("a//b", "a//b", "a//b")]
    public void Clean_RetweetChains_LeaveTheWritersWords(string text, string removed, string replaced)
    {
        Clean(text, new() { RetweetChains = MarkupTreatment.Remove }).ShouldBe(removed);
        Clean(text, new() { RetweetChains = MarkupTreatment.Replace }).ShouldBe(replaced);
    }

    [Theory]
    [InlineData("#早安# 今天 #心情#", " 今天 ", "早安 今天 心情")]
    [InlineData("#a##b#", "", "a b")]
    [InlineData("C# 和 F# 语言", "C# 和 F# 语言", "C# 和 F# 语言")]
    [InlineData("C# 好 #早安#", "C# 好 ", "C# 好 早安")]
    [InlineData("#一 个#", "", "一 个")]
    [InlineData("#半", "#半", "#半")]
    [InlineData("##", "##", "##")]
    [InlineData("＃早＃", "", "早")]
    [InlineData("#一\n二#", "#一\n二#", "#一\n二#")]
    public void Clean_Topics_ArePairs(string text, string removed, string replaced)
    {
        Clean(text, new() { Topics = MarkupTreatment.Remove }).ShouldBe(removed);
        Clean(text, new() { Topics = MarkupTreatment.Replace }).ShouldBe(replaced);
    }

    [Theory]
    [InlineData("哭[泪][泪]", "哭", "哭泪泪")]
    [InlineData("[doge]a[哆啦A梦汗]", "a", "doge a哆啦A梦汗")]
    [InlineData("见[1]和[ 空 ]和[]和[一二三四五六七八九十十一]", "见[1]和[ 空 ]和[]和[一二三四五六七八九十十一]", "见[1]和[ 空 ]和[]和[一二三四五六七八九十十一]")]
    [InlineData("[CLS] [[泪]]", "[CLS] []", "[CLS] [泪]")]
    [InlineData("a[泪]b", "a b", "a泪b")]
    [InlineData("[doge][ok]good", "good", "doge ok good")]
    public void Clean_Emoticons_AreShortNames(string text, string removed, string replaced)
    {
        Clean(text, new() { Emoticons = MarkupTreatment.Remove }).ShouldBe(removed);
        Clean(text, new() { Emoticons = MarkupTreatment.Replace }).ShouldBe(replaced);
    }

    [Theory]
    [InlineData("好😂好", "好好", "好笑哭好")]
    [InlineData("a😂b", "a b", "a笑哭b")]
    [InlineData("👨\u200D👩\u200D👧\u200D👦！", "！", "男人！")]
    [InlineData("👍🏽👍🏿", "", "赞赞")]
    [InlineData("🇨🇳🇺🇸🇿🇼", "", "中国美国旗")]
    [InlineData("1\uFE0F\u20E3 #\uFE0F\u20E3 2\u20E3", "  ", "1 # 2")]
    [InlineData("❤\uFE0F❤爱", "爱", "爱心爱心爱")]
    [InlineData("❤\uFE0Eok ©2026 ™ ©\uFE0F", "❤\uFE0Eok ©2026 ™ ", "❤\uFE0Eok ©2026 ™ 表情")]
    [InlineData("★☆✿→ 12 #", "★☆✿→ 12 #", "★☆✿→ 12 #")]
    [InlineData("🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F", "", "旗")]
    [InlineData("🦩", "", "表情")]
    public void Clean_Emoji_AreOneEach(string text, string removed, string replaced)
    {
        Clean(text, new() { Emoji = MarkupTreatment.Remove }).ShouldBe(removed);
        Clean(text, new() { Emoji = MarkupTreatment.Replace }).ShouldBe(replaced);
    }

    /// <summary>ICU knows Unicode's properties: what it shows as emoji without a selector is an emoji here.</summary>
    [Fact]
    public unsafe void Emoji_WithEmojiPresentation_AreAllKnown()
    {
        const int EmojiPresentation = 58;
        var has = (delegate* unmanaged<int, int, byte>)IcuLibrary.Function("u_hasBinaryProperty");
        var unknown = new List<string>();
        int count = 0;
        for (int code = 0xA9; code < 0x20000; code++)
        {
            if (code is not (>= 0xD800 and <= 0xDFFF) && has(code, EmojiPresentation) != 0)
            {
                count++;
                string emoji = char.ConvertFromUtf32(code);
                if (Emoji.Replace(emoji, writesWords: false).Length > 0)
                {
                    unknown.Add($"{code:X}");
                }
            }
        }

        count.ShouldBeGreaterThan(1000);
        unknown.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("哈哈哈哈哈！！！！", "哈哈哈！！！")]
    [InlineData("10000000 www.", "10000000 www.")]
    [InlineData("gooooood", "goood")]
    [InlineData("😂😂😂😂😂", "😂😂😂")]
    [InlineData("一    二", "一    二")]
    public void Clean_RepeatedCharacters_AreCutButDigits(string text, string expected) => Clean(text, new() { RepeatedCharacters = 3 }).ShouldBe(expected);

    [Fact]
    public void Clean_WeiboPreset_IsWhatItsKeysSay()
    {
        const string Text = "#早安#今天好开心[哈哈]😂！！！！！&amp;&nbsp;ＯＫ　@小明 http://t.cn/Abc //@小红:转";
        var preset = new CleaningOptions { Normalize = TextNormalization.Weibo };

        Clean(Text, preset).ShouldBe("早安今天好开心哈哈笑哭!!!& OK");
        Clean(Text, preset.Resolve() with { Normalize = TextNormalization.None }).ShouldBe("早安今天好开心哈哈笑哭!!!& OK");
        Clean(Text, preset with { Emoji = MarkupTreatment.Keep, Topics = MarkupTreatment.Remove, RepeatedCharacters = 0 }).ShouldBe("今天好开心哈哈😂!!!!!& OK");
        preset.Resolve().Resolve().ShouldBe(preset.Resolve());
    }

    [Fact]
    public void Clean_WithCounts_SaysHowManyTextsEachStepChanged()
    {
        var cleaner = TextCleaner.For(new() { Emoticons = MarkupTreatment.Remove, CollapseWhitespace = true });
        var counts = new StepCounts(cleaner);

        foreach (string text in new[] { "好 [泪]", "[泪]", "好", "a  b" })
        {
            cleaner.Clean(text, counts);
        }

        counts.Texts.ShouldBe([new("emoticons", 2L), new("collapse_whitespace", 2L)]);
    }

    /// <summary>Each of these made a backtracking pattern quadratic or worse; here they only have to end.</summary>
    [Theory]
    [InlineData("@")]
    [InlineData("#")]
    [InlineData("[")]
    [InlineData("[泪")]
    [InlineData("//@")]
    [InlineData("// ")]
    [InlineData("http://")]
    [InlineData("http://-")]
    [InlineData("www.(")]
    [InlineData("www.")]
    [InlineData("&")]
    [InlineData("&#")]
    [InlineData("👨\u200D")]
    [InlineData("🇨")]
    [InlineData("1\uFE0F")]
    [InlineData("回复@")]
    [InlineData("e\u0301\u0301")]
    [InlineData("a ")]
    public void Clean_AMillionOfTheSame_Ends(string piece)
    {
        string text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));

        foreach (var markup in new[] { MarkupTreatment.Remove, MarkupTreatment.Replace })
        {
            var options = new CleaningOptions
            {
                Normalize = TextNormalization.Weibo, TraditionalToSimplified = true, RetweetChains = markup, Urls = markup, UserNames = markup, Topics = markup, Emoticons = markup, Emoji = markup,
            };
            Clean(text, options).Length.ShouldBeLessThan(3 * text.Length);
        }
    }

    private static string Clean(string text, CleaningOptions options) => TextCleaner.For(options).Clean(text);
}
