using System.Text.Json;
using Inkstone.Checkpoints;
using Inkstone.Predicting;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Tests.Support;
using Inkstone.Text.Cleaning;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Checkpoints;

/// <summary>What training did to texts, the checkpoint does when it predicts.</summary>
public sealed class CleaningTests : IDisposable
{
    private static readonly string[] Texts =
    [
        "#早安#今天好开心[哈哈]😂！！！！！ //@小红:转发", "回复@小明:ＯＫ　看 http://t.cn/Abc1好的", "這家飯店&amp;服務\u200B很好", "平常的一句话。", "👨\u200D👩\u200D👧 哈哈哈哈哈哈", "//@小红://@小明: 真的",
    ];

    private readonly TemporaryFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("none", false)]
    [InlineData("nfkc", false)]
    [InlineData("weibo", false)]
    [InlineData("weibo", true)]
    [InlineData("none", true)]
    public void Load_AfterTrainingWithCleaning_SeesTheIdsThatTrainingSaw(string preset, bool simplified)
    {
        using var training = TestClassifier.ForTraining($"data.cleaning.normalize={preset}", $"data.cleaning.traditional_to_simplified={(simplified ? "true" : "false")}", "tokenizer.max_length=64");
        var trainedIds = TrainingIds(training);

        training.Save(scratch.Combine("saved"));
        using var loaded = Classifier.Load(scratch.Combine("saved"), Device.Cpu);
        using var classifier = TextClassifier.Load(scratch.Combine("saved"), new() { Device = Device.Cpu });
        var predictions = classifier.Predict(Texts);

        Texts.Select(text => loaded.Encoder.Encode(text).Chunks[0].InputIds).ShouldBe(trainedIds);
        predictions.Select(prediction => prediction.TokenCount).ShouldBe(trainedIds.Select(ids => ids.Length));
        predictions.Select(prediction => prediction.Text).ShouldBe(Texts);
        predictions.Select(prediction => prediction.CleanedText).ShouldBe(Texts.Select(TextCleaner.For(training.Settings.Cleaning).Clean));

        using var raw = TestClassifier.ForTraining("tokenizer.max_length=64");
        TrainingIds(raw).SequenceEqual(trainedIds, new SameIds()).ShouldBe(preset == "none" && !simplified);
    }

    [Fact]
    public void ForTraining_Preset_IsStoredKeyByKey()
    {
        using var classifier = TestClassifier.ForTraining("data.cleaning={normalize: weibo, emoji: keep}");

        classifier.Save(scratch.Combine("saved"));

        var stored = ClassifierSettings.Read(scratch.Combine("saved"))!.Cleaning;
        stored.ShouldBe(new CleaningOptions { Normalize = TextNormalization.Weibo, Emoji = MarkupTreatment.Keep }.Resolve());
        File.ReadAllText(scratch.Combine("saved", "inkstone.json")).ShouldContain("\"retweet_chains\": \"remove\"");
    }

    /// <summary>The way that rows take in a run.</summary>
    private List<int[]> TrainingIds(Classifier classifier)
    {
        var rows = Texts.Select((text, i) => JsonSerializer.Serialize(new { text, label = TestClassifier.Labels[i % 3] }));
        var file = scratch.Write("rows.jsonl", string.Join('\n', rows));
        var data = new DataOptions { TrainFile = file };
        using var encoded = new EncodingPass(classifier.Encoder, new() { DropDuplicates = false }, 2).Run(LabelledRows.Open(SplitFiles.TrainOf(data), data), default);
        return [.. encoded.Select(encoded.Kept(), [0, 1, 2]).Select(document => document.Chunks[0].InputIds)];
    }

    private sealed class SameIds : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? left, int[]? right) => left.AsSpan().SequenceEqual(right);

        public int GetHashCode(int[] ids) => ids.Length;
    }
}
