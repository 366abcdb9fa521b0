using Inkstone.Text.Icu;
using Shouldly;
using Xunit;

namespace Inkstone.Text.Tests.Icu;

public sealed class WordBreakerTests : IDisposable
{
    private readonly WordBreaker breaker = new();

    public void Dispose() => breaker.Dispose();

    [Theory]
    [InlineData("这家酒店的服务态度", "这|家|酒店|的|服务|态度")]
    [InlineData("很好，thank you!", "很好|，|thank| |you|!")]
    [InlineData("好", "好")]
    [InlineData("", "")]
    public void Break_Text_CutsByTheDictionary(string text, string words) => string.Join('|', breaker.Break(text).Select(word => text[word])).ShouldBe(words);

    [Fact]
    public void Break_StrangeText_LosesNothing()
    {
        foreach (string text in new[] { "坏\uD83D半\uDE00", "👨\u200D👩\u200D👧好\r\n\0" })
        {
            string.Concat(breaker.Break(text).Select(word => text[word])).ShouldBe(text);
        }
    }

    [Fact]
    public void Break_Disposed_Throws()
    {
        var closed = new WordBreaker();
        closed.Dispose();

        Should.Throw<ObjectDisposedException>(() => closed.Break("好"));
    }
}
