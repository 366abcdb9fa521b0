using Inkstone.Baselines;
using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Tests.Evaluating;
using Inkstone.Text.Cleaning;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Baselines;

public sealed class LinearClassifierTests : IDisposable
{
    private static readonly LabelledText[] Reviews =
    [
        new("房间很干净，早餐也好", null, 1), new("服务热情，下次还来", null, 1), new("位置方便，价格实惠", null, 1), new("很干净，推荐", null, 1),
        new("房间很脏，早餐难吃", null, 0), new("服务冷淡，不会再来", null, 0), new("位置偏僻，价格太贵", null, 0), new("太脏了，失望", null, 0),
    ];

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Ngrams_OfAText_AreItsStringsOfOneToThreeCharacters()
    {
        // 好 twice, 吃 and a blank once; 好吃 吃_ _好; 好吃_ 吃_好
        Ngrams.Of(" 好吃\t\n 好 ", null, 3).Length.ShouldBe(3 + 3 + 2);
        Ngrams.Of("好好", null, 3).Select(ngram => ngram.Count).Order().ShouldBe([(byte)1, (byte)2]);
        Ngrams.Of("AbC", null, 3).ShouldBe(Ngrams.Of("aBc", null, 3));
        Ngrams.Of("😀", null, 3).Length.ShouldBe(1);
        Ngrams.Of("", null, 3).ShouldBeEmpty();
        Ngrams.Of("好", "好", 3).Length.ShouldBe(2);   // each side of a pair has its own
        Ngrams.Of(new string('好', 1000), null, 1).ShouldBe([(0x597DUL, byte.MaxValue)]);
    }

    [Fact]
    public void Fit_ReviewsThatWordsTell_LearnsThemAndOthers()
    {
        var classifier = Fit(Reviews);

        Reviews.ShouldAllBe(review => Predicted(classifier, review.Text) == review.LabelId);
        Predicted(classifier, "早餐难吃，太贵").ShouldBe(0);
        Predicted(classifier, "干净，热情").ShouldBe(1);
    }

    [Fact]
    public void Fit_ToTheEnd_IsWhereTheLossHasNoSlope()
    {
        // At the least loss, the weights are C times the sum of (label - probability) x features: of the biases, which every row has, that is the sum over the rows alone.
        const double C = 2;
        var classifier = Fit(Reviews, new() { C = C, MaxEpochs = 2000, Tolerance = 0, MinDocumentFrequency = 1 });
        var bias = classifier.Logits("");

        var expected = new double[2];
        foreach (var review in Reviews)
        {
            var probabilities = Probabilities.Softmax(classifier.Logits(review.Text));
            for (var id = 0; id < 2; id++)
            {
                expected[id] += C * ((review.LabelId == id ? 1 : 0) - probabilities[id]);
            }
        }

        bias[0].ShouldBe(expected[0], 1e-3);
        bias[1].ShouldBe(expected[1], 1e-3);
    }

    [Fact]
    public void Fit_Twice_GivesTheSameNumbers() => Fit(Reviews).Logits("房间太贵").ShouldBe(Fit(Reviews).Logits("房间太贵"));

    [Fact]
    public void Fit_RareClassWeighed_IsPredictedMoreOften()
    {
        LabelledText[] rows = [.. Enumerable.Range(0, 30).Select(row => new LabelledText($"今天天气{"好坏冷热"[row % 4]}", null, row % 10 == 0 ? 1 : 0))];

        var plain = Fit(rows).Logits("今天天气");
        var weighed = Fit(rows, weights: [1, 9]).Logits("今天天气");
        var scaled = Fit(rows, weights: [100, 900]).Logits("今天天气");

        (weighed[1] - weighed[0]).ShouldBeGreaterThan(plain[1] - plain[0] + 1);
        scaled[1].ShouldBe(weighed[1], 1e-4);
    }

    [Fact]
    public void Load_WhatWasSaved_GivesTheSameLogits()
    {
        var classifier = Fit(Reviews);

        classifier.Save(scratch.Path);
        var loaded = LinearClassifier.Load(scratch.Path);

        LinearClassifier.IsIn(scratch.Path).ShouldBeTrue();
        loaded.LabelNames.ShouldBe(["差,评", "\"好\""]);
        loaded.Logits("房间很干净").ShouldBe(classifier.Logits("房间很干净"));
        scratch.Write(LinearClassifier.FileName, "{");
        Should.Throw<InvalidCheckpointException>(() => LinearClassifier.Load(scratch.Path)).Message.ShouldContain("is damaged");
    }

    [Fact]
    public void Fit_OneClass_PredictsIt()
    {
        var classifier = LinearClassifier.Fit(() => Reviews.Select(row => row with { LabelId = 0 }), Reviews.Length, ["都"], null, new(), new(), _ => { }, TestContext.Current.CancellationToken);

        classifier.Logits("房间").Length.ShouldBe(1);
    }

    [Fact]
    public void Fit_OneRowOrTextsWithoutCharacters_Works()
    {
        Predicted(Fit([new("好", null, 1)]), "好").ShouldBe(1);
        Predicted(Fit([new("", null, 1), new("", null, 1), new("", null, 0)]), "什么").ShouldBe(1);
    }

    [Fact]
    public void Fit_ThousandClasses_KeepsItsTableSmall()
    {
        string[] names = [.. Enumerable.Range(0, 1000).Select(id => $"类{id}")];
        LabelledText[] rows = [.. Enumerable.Range(0, 3000).Select(row => new LabelledText($"第{row % 1000}号 {(char)(0x4E00 + (row % 1000))}", null, row % 1000))];

        var classifier = LinearClassifier.Fit(() => rows, rows.Length, names, null, new(), new() { MostWeights = 1000 * 1500, MaxEpochs = 5 }, _ => { }, TestContext.Current.CancellationToken);

        classifier.Features.ShouldBeLessThanOrEqualTo(1500);
        Probabilities.IndexOfHighest(classifier.Logits(rows[77].Text)).ShouldBe(77);
    }

    [Fact]
    public void Fit_MoreRowsThanMemoryIsThereFor_TakesEvenlySpreadOnesAndSaysSo()
    {
        var notices = new List<string>();

        var classifier = LinearClassifier.Fit(() => Reviews, Reviews.Length, ["差", "好"], null, new(), new() { MostRows = 4 }, notices.Add, TestContext.Current.CancellationToken);

        notices.Single().ShouldStartWith("The baseline learns from 4 of 8 training rows");
        classifier.Features.ShouldBeGreaterThan(0);
        Probabilities.Softmax(classifier.Logits("什么"))[1].ShouldBe(0.5, 0.1);   // two of each class; the first four are all of one
    }

    [Fact]
    public void Predict_Texts_CleansThemAsTheTrainingRows()
    {
        var cleaning = new CleaningOptions { Normalize = TextNormalization.Nfkc }.Resolve();
        LinearClassifier.Fit(() => Reviews, Reviews.Length, ["差", "好"], null, cleaning, new(), _ => { }, TestContext.Current.CancellationToken).Save(scratch.Path);
        using var classifier = LinearTextClassifier.Load(scratch.Path);

        var predictions = classifier.Predict([("Ｂ房间很干净", null), ("太脏了", null)], stop: TestContext.Current.CancellationToken);

        predictions.Select(prediction => prediction.Label).ShouldBe(["好", "差"]);
        predictions[0].CleanedText.ShouldBe("B房间很干净");
        predictions[0].Scores.Sum(score => score.Probability).ShouldBe(1, 1e-9);
        (predictions[0].LabelFrom(0), predictions[0].LabelFrom(1)).ShouldBe(("好", null));
    }

    private static LinearClassifier Fit(LabelledText[] rows, BaselineOptions? options = null, double[]? weights = null) =>
        LinearClassifier.Fit(() => rows, rows.Length, ["差,评", "\"好\""], weights, new(), options ?? new() { MinDocumentFrequency = 1 }, _ => { }, TestContext.Current.CancellationToken);

    private static int Predicted(LinearClassifier classifier, string text) => Probabilities.IndexOfHighest(classifier.Logits(text));
}
