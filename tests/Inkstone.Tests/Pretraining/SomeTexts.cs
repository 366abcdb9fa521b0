using System.Globalization;
using Inkstone.Batching;
using Inkstone.Pretraining.Corpus;
using Inkstone.Pretraining.Vocabularies;
using Inkstone.Text.Tokenizing;
using Xunit;

namespace Inkstone.Tests.Pretraining;

/// <summary>Texts of our own, as many as a test likes, of all lengths.</summary>
internal static class SomeTexts
{
    private static readonly string[] Phrases =
    [
        "这家酒店的服务态度很好", "房间有点小", "夜里也很吵", "早餐种类丰富，味道也不错", "下次还会再来", "电脑的屏幕很清楚", "送货很快", "书的内容写得太浅", "今天天气真好！",
        "我们去公园散步吧", "他说：“明天见。”", "价格是199元", "wifi的信号一般", "用了iphone拍照", "客服没有回复", "质量对得起这个价钱", "孩子非常喜欢",
    ];

    public static string Text(SeededRandom random, int phrases) =>
        string.Concat(Enumerable.Range(0, phrases).Select(_ => Phrases[random.Next(Phrases.Length)] + (random.Next(2) == 0 ? "，" : "。"))) + random.Next(1000).ToString(CultureInfo.InvariantCulture);

    public static string[] Texts(int count, long seed = 1, int longest = 8)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Text(random, 1 + random.Next(longest)))];
    }

    public static WordPieceTokenizer Tokenizer { get; } = Vocabulary(Texts(400), 600).CreateTokenizer();

    public static CorpusVocabulary Vocabulary(IEnumerable<string> texts, int size, WordPieceOptions? options = null, int? threads = null) =>
        CorpusVocabulary.Build(texts, size, options, threads, TestContext.Current.CancellationToken);

    public static PretrainingCorpus Corpus(IEnumerable<string> texts, PretrainingCorpusOptions options, WordPieceTokenizer? tokenizer = null) =>
        PretrainingCorpus.Of("texts", texts, tokenizer ?? Tokenizer, options, _ => { }, CancellationToken.None);

    /// <summary>The ids of every piece of a batch, and its marks, as they are on disk.</summary>
    public static List<int[]> Pieces(TextBatch batch)
    {
        var (ids, marks) = (new int[batch.TokenCount], new bool[batch.TokenCount]);
        batch.Read(ids, marks);
        var pieces = new List<int[]>();
        var start = 0;
        foreach (var length in batch.Lengths())
        {
            pieces.Add(ids[start..(start + length)]);
            start += length;
        }

        return pieces;
    }

    public static IEnumerable<int[]> Pieces(CorpusTexts texts, int tokensPerBatch = 1024) => texts.Batches(0, 0, tokensPerBatch).SelectMany(Pieces);

    /// <summary>Something to compare pieces by.</summary>
    public static string Spell(int[] piece) => string.Join(' ', piece.Select(id => Tokenizer.IdToToken(id)));
}
