using Inkstone.Pretraining.Corpus;
using Inkstone.Pretraining.Masks;
using Inkstone.Tests.Support;
using Inkstone.Text.Tokenizing;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Pretraining.Masks;

public sealed class MaskingTests : IDisposable
{
    private const int Budget = 2048;

    private readonly TemporaryFolder scratch = new();
    private readonly PretrainingCorpus corpus;

    public MaskingTests() => corpus = SomeTexts.Corpus(SomeTexts.Texts(6000), new() { CacheFolder = scratch.Path, HeldOutTexts = 0, WordMarks = true });

    public void Dispose()
    {
        corpus.Dispose();
        scratch.Dispose();
    }

    [Theory]
    [InlineData(MaskingUnit.Token, 0.15)]
    [InlineData(MaskingUnit.Token, 0.4)]
    [InlineData(MaskingUnit.Ngram, 0.15)]
    [InlineData(MaskingUnit.Ngram, 0.3)]
    [InlineData(MaskingUnit.WholeWord, 0.15)]
    [InlineData(MaskingUnit.WholeWord, 0.4)]
    public void Mask_ACorpus_HidesTheRate(MaskingUnit unit, double rate)
    {
        var masking = new Masking(new() { Unit = unit, Rate = rate }, SomeTexts.Tokenizer);
        long hidden = 0, all = 0;

        foreach (var batch in corpus.Train.Batches(1, 0, Budget))
        {
            hidden += masking.Mask(batch, 1).Rows.Length;
            all += batch.TokenCount - (2 * batch.Count);
        }

        ((double)hidden / all).ShouldBe(rate, 0.005);
    }

    [Theory]
    [InlineData(MaskingUnit.Token)]
    [InlineData(MaskingUnit.Ngram)]
    [InlineData(MaskingUnit.WholeWord)]
    public void Mask_ABatch_SaysWhatStoodThere(MaskingUnit unit)
    {
        var batch = corpus.Train.Batches(1, 0, Budget).First();
        var pieces = SomeTexts.Pieces(batch);
        var before = pieces.SelectMany(piece => piece).ToArray();

        var masked = new Masking(new() { Unit = unit, Rate = 0.3 }, SomeTexts.Tokenizer).Mask(batch, 1);

        masked.Rows.ShouldBe(masked.Rows.Order().Distinct());
        masked.Words.ShouldBe(masked.Rows.Select(row => (long)before[row]));
        masked.Words.ShouldAllBe(word => !SomeTexts.Tokenizer.IsSpecial((int)word));
        masked.Tokens.ChunkLengths.ShouldBe(pieces.Select(piece => piece.Length));
        masked.Tokens.ChunkCounts.ShouldAllBe(count => count == 1);
        masked.Tokens.PositionIds.ShouldBe(pieces.SelectMany(piece => Enumerable.Range(0, piece.Length).Select(place => (long)place)));
        masked.Tokens.TokenTypeIds.ShouldAllBe(type => type == 0);
        var others = Enumerable.Range(0, before.Length).Except(masked.Rows.Select(row => (int)row));
        others.ShouldAllBe(row => masked.Tokens.InputIds[row] == before[row]);
    }

    [Theory]
    [InlineData(MaskingUnit.Token)]
    [InlineData(MaskingUnit.Ngram)]
    [InlineData(MaskingUnit.WholeWord)]
    public void Mask_HidingTheFirst_HidesEveryTextsFirstTokenWithinTheRate(MaskingUnit unit)
    {
        var masking = new Masking(new() { Unit = unit, Rate = 0.3, FirstToken = FirstToken.Hide }, SomeTexts.Tokenizer);
        var (hidden, all) = (0, 0);

        foreach (var batch in corpus.Train.Batches(1, 0, Budget))
        {
            var pieces = SomeTexts.Pieces(batch);
            var masked = masking.Mask(batch, 1);
            var begins = Begins(pieces).Where((_, piece) => !SomeTexts.Tokenizer.IsSpecial(pieces[piece][1]));
            begins.ShouldBeSubsetOf(masked.Rows);
            masked.Rows.ShouldBe(masked.Rows.Order().Distinct());
            hidden += masked.Rows.Length;
            all += batch.TokenCount - (2 * batch.Count);
        }

        ((double)hidden / all).ShouldBe(0.3, 0.01);

        static IEnumerable<long> Begins(IEnumerable<int[]> pieces)
        {
            var row = 1L;
            foreach (var piece in pieces)
            {
                yield return row;
                row += piece.Length;
            }
        }
    }

    [Theory]
    [InlineData(MaskingUnit.Token)]
    [InlineData(MaskingUnit.Ngram)]
    [InlineData(MaskingUnit.WholeWord)]
    public void Mask_WithALabelFirst_TakesTheFirstTokenOffForClsToGuess(MaskingUnit unit)
    {
        var masking = new Masking(new() { Unit = unit, Rate = 0.3, FirstToken = FirstToken.Label }, SomeTexts.Tokenizer);
        var (hidden, all, labels) = (0, 0, 0);

        foreach (var batch in corpus.Train.Batches(1, 0, Budget))
        {
            int[][] pieces = [.. SomeTexts.Pieces(batch)];
            var labelled = Array.ConvertAll(pieces, piece => !SomeTexts.Tokenizer.IsSpecial(piece[1]));
            var texts = pieces.Zip(labelled, (piece, has) => has ? [piece[0], .. piece[2..]] : piece).ToList();
            var before = texts.SelectMany(text => text).ToArray();

            var masked = masking.Mask(batch, 1);

            masked.Tokens.ChunkLengths.ShouldBe(texts.Select(text => text.Length));
            masked.Rows.ShouldBe(masked.Rows.Order().Distinct());
            var guessed = masked.Rows.Zip(masked.Words).ToDictionary(pair => pair.First, pair => pair.Second);
            for (var text = 0; text < texts.Count; text++)
            {
                var cls = masked.Tokens.FirstTokens[text];
                masked.Tokens.InputIds[cls].ShouldBe(SomeTexts.Tokenizer.ClsId);
                guessed.Remove(cls, out var label).ShouldBe(labelled[text]);
                label.ShouldBe(labelled[text] ? pieces[text][1] : 0);
                labels += labelled[text] ? 1 : 0;
            }

            guessed.ShouldAllBe(pair => pair.Value == before[pair.Key]);
            Enumerable.Range(0, before.Length).Where(row => !guessed.ContainsKey(row)).ShouldAllBe(row => masked.Tokens.InputIds[row] == before[row]);
            hidden += guessed.Count;
            all += before.Length - (2 * texts.Count);
        }

        labels.ShouldBeGreaterThan(5000);
        ((double)hidden / all).ShouldBe(0.3, 0.01);
    }

    [Fact]
    public void Mask_ATextThatIsCut_TakesTheLabelOffItsFirstPartAlone()
    {
        using var cut = LedBy('签', out var tokenizer);
        var label = tokenizer.TokenToId("签");
        var masking = new Masking(new() { FirstToken = FirstToken.Label }, tokenizer);
        var (texts, parts) = (0, 0);

        foreach (var batch in cut.Train.Batches(1, 0, Budget))
        {
            var pieces = SomeTexts.Pieces(batch);
            var masked = masking.Mask(batch, 1);

            var begins = pieces.ConvertAll(piece => piece[1] == label);
            masked.Tokens.ChunkLengths.ShouldBe(pieces.Zip(begins, (piece, first) => piece.Length - (first ? 1 : 0)));
            masked.Tokens.FirstTokens.Select(row => masked.Rows.Contains(row)).ShouldBe(begins);
            masked.Words.Count(word => word == label).ShouldBe(begins.Count(first => first));
            texts += begins.Count(first => first);
            parts += begins.Count(first => !first);
        }

        texts.ShouldBe(500);
        parts.ShouldBeGreaterThan(500);
    }

    [Fact]
    public void Mask_ATextThatIsCut_HidesTheFirstTokenOfItsFirstPartAlone()
    {
        using var cut = LedBy('签', out var tokenizer);
        var label = tokenizer.TokenToId("签");
        var masking = new Masking(new() { FirstToken = FirstToken.Hide }, tokenizer);
        var (hiddenLabels, hiddenFirsts, parts) = (0, 0, 0);

        foreach (var batch in cut.Train.Batches(1, 0, Budget))
        {
            var pieces = SomeTexts.Pieces(batch);
            var masked = masking.Mask(batch, 1);

            hiddenLabels += masked.Words.Count(word => word == label);
            hiddenFirsts += masked.Tokens.FirstTokens.Zip(pieces).Count(piece => piece.Second[1] != label && masked.Rows.Contains(piece.First + 1L));
            parts += pieces.Count(piece => piece[1] != label);
        }

        hiddenLabels.ShouldBe(500);
        ((double)hiddenFirsts / parts).ShouldBeLessThan(0.2);
    }

    [Fact]
    public void Mask_WithReplacing_MasksEightInTenAndChangesOne()
    {
        var masking = new Masking(new() { Rate = 0.4 }, SomeTexts.Tokenizer);
        var (masks, same, other) = (0, 0, 0);
        var replacements = new HashSet<long>();

        foreach (var (id, word) in corpus.Train.Batches(1, 0, Budget).Select(batch => masking.Mask(batch, 1)).SelectMany(Guessed))
        {
            masks += id == SomeTexts.Tokenizer.MaskId ? 1 : 0;
            same += id == word ? 1 : 0;
            other += id != word && id != SomeTexts.Tokenizer.MaskId ? 1 : 0;
            if (id != word && id != SomeTexts.Tokenizer.MaskId)
            {
                replacements.Add(id);
            }
        }

        double all = masks + same + other;
        (masks / all).ShouldBe(0.8, 0.01);
        (same / all).ShouldBe(0.1, 0.01);
        (other / all).ShouldBe(0.1, 0.01);
        replacements.ShouldAllBe(id => !SomeTexts.Tokenizer.IsSpecial((int)id));
        replacements.Count.ShouldBeGreaterThan((SomeTexts.Tokenizer.VocabularySize - 5) * 9 / 10);
    }

    [Fact]
    public void Mask_WithoutReplacing_AlwaysMasks()
    {
        var masking = new Masking(MaskingOptions.HeldOut, SomeTexts.Tokenizer);

        corpus.Train.Batches(1, 0, Budget).Take(3).Select(batch => masking.Mask(batch, 1)).SelectMany(Guessed).ShouldAllBe(guessed => guessed.Id == SomeTexts.Tokenizer.MaskId);
    }

    [Fact]
    public void Mask_Again_GivesTheSame()
    {
        var masking = new Masking(new(), SomeTexts.Tokenizer);
        var first = masking.Mask(corpus.Train.Batches(1, 0, Budget).First(), 1);
        var again = masking.Mask(corpus.Train.Batches(1, 0, Budget).First(), 1);
        var otherSeed = masking.Mask(corpus.Train.Batches(1, 0, Budget).First(), 2);

        again.Rows.ShouldBe(first.Rows);
        again.Tokens.InputIds.ShouldBe(first.Tokens.InputIds);
        otherSeed.Rows.ShouldNotBe(first.Rows);
    }

    [Fact]
    public void Mask_TheSameTextInEveryEpoch_IsHiddenElsewhere()
    {
        using var one = SomeTexts.Corpus([string.Concat(SomeTexts.Texts(3))[..60]], new() { CacheFolder = scratch.Path });
        var masking = new Masking(new(), SomeTexts.Tokenizer);

        var epochs = Enumerable.Range(0, 10).Select(epoch => masking.Mask(one.Train.Batches(1, epoch, 128).Single(), 1)).ToList();

        epochs.Select(masked => string.Join(' ', masked.Rows)).Distinct().Count().ShouldBe(10);
    }

    /// <summary>Hidden neighbours may be of one span or of two; where spans are rare, nearly all are of one.</summary>
    [Fact]
    public void Mask_Ngrams_HaveEveryLengthAsOften()
    {
        var masking = new Masking(new() { Unit = MaskingUnit.Ngram, Rate = 0.02, LongestNgram = 3, Replace = false }, SomeTexts.Tokenizer);
        var lengths = new int[20];

        for (var epoch = 0; epoch < 4; epoch++)
        {
            foreach (var masked in corpus.Train.Batches(1, epoch, Budget).Select(batch => masking.Mask(batch, 1)))
            {
                foreach (var run in Runs(masked))
                {
                    lengths[Math.Min(run, lengths.Length - 1)]++;
                }
            }
        }

        double all = lengths.Sum();
        (lengths[1] / all).ShouldBeInRange(0.27, 0.42);
        (lengths[2] / all).ShouldBeInRange(0.27, 0.40);
        (lengths[3] / all).ShouldBeInRange(0.24, 0.37);
        (lengths[4..].Sum() / all).ShouldBeLessThan(0.08);
    }

    [Fact]
    public void Mask_WholeWords_AreHiddenTogether()
    {
        string[] texts = [.. Enumerable.Range(0, 40).Select(_ => "我们喜欢这家酒店的服务态度")];
        using var words = SomeTexts.Corpus(texts, new() { CacheFolder = scratch.Path, HeldOutTexts = 0, WordMarks = true });
        var masking = new Masking(new() { Unit = MaskingUnit.WholeWord, Rate = 0.3, Replace = false }, SomeTexts.Tokenizer);
        string[] together = ["我们", "喜欢", "酒店", "服务", "态度"];
        var seen = new HashSet<string>();

        foreach (var masked in Enumerable.Range(0, 10).SelectMany(epoch => words.Train.Batches(1, epoch, 128)).Select(batch => masking.Mask(batch, 1)))
        {
            var ids = masked.Tokens.InputIds;
            foreach (var start in masked.Tokens.FirstTokens)
            {
                foreach (var pair in together)
                {
                    var place = (int)start + 1 + texts[0].IndexOf(pair, StringComparison.Ordinal);
                    var hidden = new[] { place, place + 1 }.Count(row => ids[row] == SomeTexts.Tokenizer.MaskId);
                    hidden.ShouldBeOneOf(0, 2);
                    if (hidden == 2)
                    {
                        seen.Add(pair);
                    }
                }
            }
        }

        seen.Order().ShouldBe(together.Order());
    }

    [Fact]
    public void Mask_WholeWordsWithoutMarks_SaysWhatIsMissing()
    {
        using var unmarked = SomeTexts.Corpus(SomeTexts.Texts(20), new() { CacheFolder = scratch.Path });
        var masking = new Masking(new() { Unit = MaskingUnit.WholeWord }, SomeTexts.Tokenizer);

        Should.Throw<InvalidOperationException>(() => masking.Mask(unmarked.Train.Batches(1, 0, 128).First(), 1)).Message.ShouldContain("WordMarks");
    }

    /// <summary>A batch whose loss is the mean over nothing would be no number.</summary>
    [Fact]
    public void Mask_SmallestBatch_HidesAtLeastOne()
    {
        using var one = SomeTexts.Corpus(["房间有点小"], new() { CacheFolder = scratch.Path });
        var masking = new Masking(new() { Rate = 0.01 }, SomeTexts.Tokenizer);

        Enumerable.Range(0, 50).ShouldAllBe(epoch => masking.Mask(one.Train.Batches(1, epoch, 128).Single(), 1).Rows.Length >= 1);
    }

    /// <summary>Models whose vocabulary keeps places free should not be shown those.</summary>
    [Fact]
    public void Mask_UnusedTokens_NeverReplaceAWord()
    {
        var tokenizer = new WordPieceTokenizer(Vocabulary.FromTokens([.. Enumerable.Range(0, SomeTexts.Tokenizer.VocabularySize).Select(id => SomeTexts.Tokenizer.IdToToken(id)!), .. Enumerable.Range(1, 500).Select(number => $"[unused{number}]")]));
        using var texts = SomeTexts.Corpus(SomeTexts.Texts(500), new() { CacheFolder = scratch.Path }, tokenizer);
        var masking = new Masking(new() { Rate = 0.4 }, tokenizer);

        texts.Train.Batches(1, 0, Budget).SelectMany(batch => masking.Mask(batch, 1).Tokens.InputIds).ShouldAllBe(id => id < SomeTexts.Tokenizer.VocabularySize);
    }

    [Theory]
    [InlineData(0, "the masking rate must be between 0 and 0.8, both excluded, but is 0; 0.15 to 0.4 is usual.")]
    [InlineData(0.8, "the masking rate must be between 0 and 0.8, both excluded, but is 0.8; 0.15 to 0.4 is usual.")]
    [InlineData(double.NaN, "the masking rate must be between 0 and 0.8, both excluded, but is NaN; 0.15 to 0.4 is usual.")]
    public void Masking_RateThatCannotBe_IsRefused(double rate, string message) =>
        Should.Throw<ArgumentException>(() => new Masking(new() { Rate = rate }, SomeTexts.Tokenizer)).Message.ShouldStartWith(message);

    [Fact]
    public void Masking_OtherFaults_AreRefused()
    {
        Should.Throw<ArgumentException>(() => new Masking(new() { Unit = MaskingUnit.Ngram, LongestNgram = 0 }, SomeTexts.Tokenizer)).Message.ShouldStartWith("the longest n-gram must have 1 to 16 tokens, but has 0; 3 is usual.");
        var maskless = new WordPieceTokenizer(Vocabulary.FromTokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "好"]));
        Should.Throw<ArgumentException>(() => new Masking(new(), maskless)).Message.ShouldStartWith("the vocabulary has no [MASK], so nothing can be hidden behind it.");
    }

    private static IEnumerable<(long Id, long Word)> Guessed(MaskedBatch masked) => masked.Rows.Select(row => masked.Tokens.InputIds[row]).Zip(masked.Words);

    private static IEnumerable<int> Runs(MaskedBatch masked)
    {
        var run = 0;
        for (var index = 0; index < masked.Rows.Length; index++)
        {
            run++;
            if (index + 1 == masked.Rows.Length || masked.Rows[index + 1] != masked.Rows[index] + 1)
            {
                yield return run;
                run = 0;
            }
        }
    }

    /// <summary>500 texts that begin with one and the same character, which stands nowhere else, most of them too long for a piece.</summary>
    private PretrainingCorpus LedBy(char label, out WordPieceTokenizer tokenizer)
    {
        string[] texts = [.. SomeTexts.Texts(500).Select(text => label + text)];
        tokenizer = SomeTexts.Vocabulary(texts, 600).CreateTokenizer();
        return SomeTexts.Corpus(texts, new() { CacheFolder = scratch.Path, HeldOutTexts = 0, MaxLength = 24 }, tokenizer);
    }
}
