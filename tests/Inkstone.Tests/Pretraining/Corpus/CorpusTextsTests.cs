using Inkstone.Pretraining.Corpus;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Pretraining.Corpus;

public sealed class CorpusTextsTests : IDisposable
{
    private const int Budget = 1024;

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(5000, 8)]
    [InlineData(300, 8)]
    [InlineData(700, 40)]   // nearly all as long as may be
    public void Batches_AnEpoch_HoldsEveryPieceOnce(int count, int longest)
    {
        using var corpus = Open(SomeTexts.Texts(count, longest: longest));
        var expected = SomeTexts.Pieces(corpus.Train, 128).Select(SomeTexts.Spell).Order().ToList();

        var batches = corpus.Train.Batches(7, 3, Budget).ToList();

        batches.Count.ShouldBe(corpus.Train.BatchCount(Budget));
        batches.Select(batch => batch.Number).ShouldBe(Enumerable.Range(0, batches.Count));
        batches.ShouldAllBe(batch => batch.Epoch == 3 && batch.Count > 0);
        batches.SelectMany(SomeTexts.Pieces).Select(SomeTexts.Spell).Order().ShouldBe(expected);
        batches.Sum(batch => (long)batch.TokenCount).ShouldBe(corpus.Train.TokenCount);
        expected.Count.ShouldBe((int)corpus.Train.Count);
    }

    [Theory]
    [InlineData(8000, 8, 2048)]
    [InlineData(3000, 40, 2048)]
    [InlineData(3000, 40, 8192)]
    public void Batches_ManyTexts_AreFilledAndEven(int count, int longest, int budget)
    {
        using var corpus = Open(SomeTexts.Texts(count, longest: longest));

        var batches = corpus.Train.Batches(1, 0, budget).ToList();

        batches.Average(batch => batch.TokenCount).ShouldBeInRange(0.95 * budget, budget);
        batches.ShouldAllBe(batch => batch.TokenCount > 0.9 * budget && batch.TokenCount < 1.06 * budget);
    }

    [Fact]
    public void Batches_From_GoOnWhereTheEpochWasCutOff()
    {
        using var corpus = Open(SomeTexts.Texts(6000));
        var whole = corpus.Train.Batches(7, 1, Budget).Select(Spelled).ToList();

        foreach (var from in new[] { 0, 1, 63, 64, 65, 100, whole.Count - 1, whole.Count })
        {
            corpus.Train.Batches(7, 1, Budget, from).Select(Spelled).ShouldBe(whole.Skip(from));
        }

        whole.Count.ShouldBeGreaterThan(130);
    }

    [Fact]
    public void Batches_OtherEpochOrSeed_HaveAnotherOrder()
    {
        using var corpus = Open(SomeTexts.Texts(2000));

        var first = corpus.Train.Batches(7, 0, Budget).Select(Spelled).ToList();

        corpus.Train.Batches(7, 0, Budget).Select(Spelled).ShouldBe(first);
        corpus.Train.Batches(7, 1, Budget).Select(Spelled).Intersect(first).ShouldBeEmpty();
        corpus.Train.Batches(8, 0, Budget).Select(Spelled).Intersect(first).ShouldBeEmpty();
    }

    /// <summary>A batch of texts that stood side by side in the file would be of one source.</summary>
    [Fact]
    public void Batches_FirstOfAnEpoch_TakesFromTheWholeCorpus()
    {
        var texts = Enumerable.Range(0, 4000).Select(number => (number < 2000 ? "书的内容写得太浅" : "房间有点小") + number).ToArray();
        using var corpus = Open(texts);
        var book = SomeTexts.Tokenizer.TokenToId("书");

        foreach (var batch in corpus.Train.Batches(3, 0, Budget))
        {
            var pieces = SomeTexts.Pieces(batch);
            pieces.Count(piece => piece.Contains(book)).ShouldBeInRange(pieces.Count / 5, 4 * pieces.Count / 5);
        }
    }

    [Fact]
    public void BatchCount_RoomForLessThanAPiece_Throws()
    {
        using var corpus = Open(SomeTexts.Texts(10));

        Should.Throw<ArgumentOutOfRangeException>(() => corpus.Train.BatchCount(127)).Message.ShouldStartWith("a batch must have room for 128 tokens, the longest piece, but has room for 127.");
        corpus.Train.BatchCount(1 << 20).ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(1000)]
    [InlineData(4097)]
    public void Permutation_EveryPlace_GivesEveryNumberOnce(int count)
    {
        var order = new TextPermutation(count, new(5));

        Enumerable.Range(0, count).Select(place => (int)order[place]).Order().ShouldBe(Enumerable.Range(0, count));
    }

    private static string Spelled(TextBatch batch) => string.Join('|', SomeTexts.Pieces(batch).Select(SomeTexts.Spell));

    private PretrainingCorpus Open(string[] texts) => SomeTexts.Corpus(texts, new() { CacheFolder = scratch.Path, HeldOutTexts = 0 });
}
