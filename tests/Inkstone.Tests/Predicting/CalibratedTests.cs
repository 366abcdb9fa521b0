using Inkstone.Checkpoints;
using Inkstone.Evaluating;
using Inkstone.Predicting;
using Inkstone.Tests.Support;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Predicting;

public sealed class CalibratedTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Predict_Calibrated_DividesLogitsForTheProbabilitiesAlone()
    {
        var folder = CopyOfBert();
        new Temperature(2, "validation", 10, 1, 0.9).Write(folder);
        using var plain = TextClassifier.Load(folder);
        using var calibrated = TextClassifier.Load(folder, new() { Calibrated = true });

        var (before, after) = (plain.Predict("这个电影太好看了！"), calibrated.Predict("这个电影太好看了！"));

        after.Label.ShouldBe(before.Label);
        after.Scores.Select(score => score.Logit).ShouldBe(before.Scores.Select(score => score.Logit));
        var expected = Probabilities.Softmax([.. before.Scores.Select(score => score.Logit / 2)]);
        after.Scores.Select(score => score.Probability).ShouldBe(expected, 1e-12);
        after.Confidence.ShouldBeLessThan(before.Confidence);
    }

    [Fact]
    public void Load_CalibratedWithoutTemperature_IsRefused()
    {
        Should.Throw<InvalidCheckpointException>(() => TextClassifier.Load(Repo.Golden("models", "bert"), new() { Calibrated = true })).Message.ShouldContain("has no temperature.json");
        Should.Throw<InvalidCheckpointException>(() => TextClassifier.Load([CopyOfBert(), CopyOfBert()], new() { Calibrated = true })).Message.ShouldContain("votes with others");
    }

    private string CopyOfBert()
    {
        var copy = Directory.CreateDirectory(scratch.Combine(Path.GetRandomFileName())).FullName;
        foreach (var file in Directory.EnumerateFiles(Repo.Golden("models", "bert")))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }
}
