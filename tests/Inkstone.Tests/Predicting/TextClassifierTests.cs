using Inkstone.Predicting;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Predicting;

public sealed class TextClassifierTests : IDisposable
{
    private static readonly string Model = Repo.Golden("models", "bert");

    private readonly TemporaryFolder scratch = new();
    private readonly TextClassifier classifier = TextClassifier.Load(Model, new() { Adjust = settings => settings with { Tokenizer = settings.Tokenizer with { MaxLength = 64 } } });

    public void Dispose()
    {
        classifier.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void Predict_OneText_IsTheMostProbableLabel()
    {
        var prediction = classifier.Predict("这个电影太好看了！");

        prediction.Label.ShouldBe(prediction.Scores[0].Label);
        prediction.Confidence.ShouldBe(prediction.Scores[0].Probability);
    }

    [Fact]
    public void Predict_GoldenTexts_GivesTheReferencesAnswers()
    {
        var predictions = classifier.Predict([.. GoldenTexts.All.Select(text => text.Text)]);

        predictions.Select(prediction => prediction.Text).ShouldBe(GoldenTexts.All.Select(text => text.Text), "in the order of the input");
        for (var row = 0; row < predictions.Count; row++)
        {
            var byId = predictions[row].Scores.OrderBy(score => score.LabelId).ToList();
            predictions[row].Label.ShouldBe(GoldenTexts.All[row].Label);
            TensorShould.BeClose([.. byId.Select(score => (float)score.Logit)], GoldenTexts.All[row].Logits, GoldenTexts.All[row].Text);
            byId.Select(score => score.Probability).ShouldBe(GoldenTexts.All[row].Probabilities, 1e-5);
            predictions[row].Scores.Select(score => score.Probability).ShouldBeInOrder(SortDirection.Descending);
            predictions[row].TokenCount.ShouldBe(GoldenTexts.All[row].InputIds.Length);
        }
    }

    [Fact]
    public void Predict_FromEightThreadsAtOnce_GivesWhatOneThreadGives()
    {
        string[] texts = [.. GoldenTexts.All.Select(text => text.Text)];
        var alone = LogitsOf(classifier.Predict(texts));
        var answers = new float[8][];
        var threads = Enumerable.Range(0, 8).Select(number => new Thread(() =>
        {
            for (var round = 0; round < 3; round++)
            {
                answers[number] = LogitsOf(classifier.Predict(texts));
            }
        })).ToList();

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        answers.ShouldAllBe(answer => answer.SequenceEqual(alone));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \t\n")]
    [InlineData("\0\u0001\uFFFD")]
    [InlineData("坏\uD83D")]
    [InlineData("\uDE00坏")]
    [InlineData("\uD83D\uD83D好\uDE00\uDE00")]
    public void Predict_StrangeText_IsAnswered(string text)
    {
        var prediction = classifier.Predict(text);

        prediction.Text.ShouldBe(text);
        prediction.Truncated.ShouldBeFalse();
        prediction.Scores.Sum(score => score.Probability).ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Predict_TenMegabytesCutAtMaxLength_SaysThatItWasCut()
    {
        var prediction = classifier.Predict(LongText());

        prediction.Truncated.ShouldBeTrue();
        prediction.TokenCount.ShouldBe(64);
        prediction.Chunks.Count.ShouldBe(1);
    }

    [Fact]
    public void Predict_NoTexts_GivesNoPredictions() => classifier.Predict(Array.Empty<string>()).ShouldBeEmpty();

    [Fact]
    public void Predict_ChunkedText_GivesChunksWithTheirPlacesAndLogits()
    {
        using var chunking = TextClassifier.Load(Model, new()
        {
            Adjust = settings => settings with { Tokenizer = settings.Tokenizer with { MaxLength = 12, LongText = Inkstone.Recipes.LongText.Chunk, Stride = 2 } },
        });

        var prediction = chunking.Predict("这家店的菜很好吃，服务也很周到，下次还会再来。");

        prediction.Chunks.Count.ShouldBeGreaterThan(1);
        prediction.Chunks.Select(chunk => chunk.ChunkIdx).ShouldBe(Enumerable.Range(0, prediction.Chunks.Count));
        prediction.Chunks[0].Start.ShouldBe(0);
        prediction.Chunks[^1].End.ShouldBe(prediction.Text.Length);
        prediction.Chunks.Zip(prediction.Chunks.Skip(1)).ShouldAllBe(pair => pair.Second.Start < pair.First.End);
        foreach (var score in prediction.Scores)
        {
            score.Logit.ShouldBe(prediction.Chunks.Average(chunk => chunk.Logits[score.LabelId]), 1e-5);
        }

        prediction.Truncated.ShouldBeFalse();
    }

    [Fact]
    public void Predict_BFloat16_DiffersLittle()
    {
        using var half = TextClassifier.Load(Model, new() { Bf16 = true });
        string[] texts = [.. GoldenTexts.All.Take(10).Select(text => text.Text)];

        var distances = LogitsOf(half.Predict(texts)).Zip(LogitsOf(classifier.Predict(texts)), (left, right) => Math.Abs(left - right)).ToList();

        distances.Max().ShouldBeInRange(1e-5f, 0.05f);
    }

    [Fact]
    public void Predict_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();

        Should.Throw<OperationCanceledException>(() => classifier.Predict([.. Enumerable.Repeat(("好", (string?)null), 5000)], _ => stop.Cancel(), stop.Token));
    }

    [Fact]
    public void Predict_Pair_ReadsBothTexts()
    {
        var pair = classifier.Predict("房间干净", "价格太贵");

        pair.TokenCount.ShouldBe(4 + 4 + 3);
        pair.Scores[0].Logit.ShouldNotBe(classifier.Predict("房间干净").Scores[0].Logit);
    }

    private static float[] LogitsOf(IReadOnlyList<Prediction> predictions) =>
        [.. predictions.SelectMany(prediction => prediction.Scores.OrderBy(score => score.LabelId).Select(score => (float)score.Logit))];

    private static string LongText() => string.Concat(Enumerable.Repeat("这家店的菜很好吃，服务也很周到。", 10_000_000 / 48));
}
