using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Predicting;
using Inkstone.Tests.Support;
using Inkstone.Text.Corpora;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Predicting;

/// <summary>Several classifiers as one: the mean of their logits.</summary>
public sealed class EnsembleTests : IDisposable
{
    private static readonly string[] Texts = ["这个电影太好看了！", "一般般", "再也不来了，太差"];

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Predict_SeveralClassifiers_IsTheMeanOfTheirLogits()
    {
        var (first, second) = (Saved("first", 1), Saved("second", 2));
        using var one = TextClassifier.Load(first);
        using var two = TextClassifier.Load(second);
        using var both = TextClassifier.Load([first, second]);
        var counted = 0;

        var predictions = both.Predict([.. Texts.Select(text => (text, (string?)null))], count => counted += count, TestContext.Current.CancellationToken);

        counted.ShouldBe(Texts.Length, "a text counts once, whatever the number of classifiers");
        foreach (var (prediction, left, right) in predictions.Zip(one.Predict(Texts), two.Predict(Texts)))
        {
            LogitsOf(left).ShouldNotBe(LogitsOf(right));
            LogitsOf(prediction).ShouldBe(LogitsOf(left).Zip(LogitsOf(right), (a, b) => (a + b) / 2), 1e-5);
            prediction.Chunks[0].Logits.ShouldBe(LogitsOf(prediction), 1e-6);
            prediction.Label.ShouldBe(prediction.Scores.MaxBy(score => score.Logit).Label);
            prediction.TokenCount.ShouldBe(left.TokenCount + right.TokenCount);
        }
    }

    [Fact]
    public void Load_OtherLabels_NamesBoth()
    {
        var first = Saved("first", 1);
        using (var classifier = TestClassifier.ForTraining(Repo.Golden("models", "bert"), ["neg", "pos"], []))
        {
            classifier.Save(scratch.Combine("other"));
        }

        Should.Throw<InvalidCheckpointException>(() => TextClassifier.Load([first, scratch.Combine("other")])).Message.ShouldContain(
            $"has the labels neg, pos, but {first} has negative, neutral, positive; an ensemble needs the same labels in the same order.");
    }

    [Fact]
    public void OfMean_Evaluations_JudgesTheMeanOfTheLogits()
    {
        var mean = Evaluation.OfMean([Of([3, 0], [0, 1]), Of([0, 1], [0, 1])]);

        mean.Rows[0].Logits.ShouldBe([1.5, 0.5]);
        mean.Metrics.Accuracy.ShouldBe(1);
        Of([0, 1], [0, 1]).Metrics.Accuracy.ShouldBe(0.5);
    }

    [Fact]
    public void OfMean_OtherRowsOrLabels_AreRefused()
    {
        var rows = Of([3, 0], [0, 1]);

        Should.Throw<InvalidDataException>(() => Evaluation.OfMean([rows, rows with { Rows = [rows.Rows[0]] }])).Message.ShouldContain("judged different rows");
        Should.Throw<InvalidDataException>(() => Evaluation.OfMean([rows, Evaluation.Of("test", rows.Rows, ["neg", "other"], null)])).Message.ShouldContain("neg, pos, and neg, other");
    }

    private static Evaluation Of(params double[][] logits) => Evaluation.Of(
        "test", [.. logits.Select((row, index) => new JudgedRow(new Row { Text = "好", File = "a.csv", Line = index + 2 }, index, row))], ["neg", "pos"], null);

    private static List<double> LogitsOf(Prediction prediction) => [.. prediction.Scores.OrderBy(score => score.LabelId).Select(score => score.Logit)];

    /// <summary>The golden classifier with a head of its own.</summary>
    private string Saved(string name, int seed)
    {
        using var classifier = TestClassifier.ForTraining();
        var head = classifier.Model.NamedParameters().Single(parameter => parameter.Name == "classifier.bias").Value.AsSpan<float>();
        for (var id = 0; id < head.Length; id++)
        {
            head[id] = (seed * (id + 1)) - 2.5f;
        }

        classifier.Save(scratch.Combine(name));
        return scratch.Combine(name);
    }
}
