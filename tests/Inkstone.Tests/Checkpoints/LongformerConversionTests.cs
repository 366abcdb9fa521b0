using System.Text.Json.Nodes;
using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Checkpoints;

/// <summary>A BERT as a Longformer: the same function of short texts, and one of long texts.</summary>
public sealed class LongformerConversionTests : IDisposable
{
    private readonly TemporaryFolder scratch = new();
    private readonly List<string> notices = [];

    public void Dispose() => scratch.Dispose();

    private string Output => scratch.Combine("long");

    [Theory]
    [InlineData("bert")]
    [InlineData("bert-bfloat16")]
    [InlineData("bert-bin")]
    public void Run_Classifier_KeepsTheLogitsOfTextsWithinTheWindow(string golden)
    {
        LongformerConversion.Run(Repo.Golden("models", golden), Output, maxLength: 1024, attentionWindow: 96, notices.Add);

        using var bert = Classifier.Load(Repo.Golden("models", golden), Device.Cpu);
        using var longformer = Classifier.Load(Output, Device.Cpu);
        foreach (var length in (int[])[2, 17, 49])
        {
            TensorShould.BeClose(LogitsOf(longformer, length), LogitsOf(bert, length), $"{length} tokens", 1e-5);
        }

        LogitsOf(longformer, 512).ShouldNotBe(LogitsOf(bert, 512));
        LogitsOf(longformer, 1024).ShouldAllBe(logit => float.IsFinite(logit));
        longformer.Settings.Tokenizer.MaxLength.ShouldBe(1024);
        notices.ShouldBeEmpty();
    }

    [Fact]
    public void Run_Classifier_WritesWhatTransformersReads()
    {
        LongformerConversion.Run(Repo.Golden("models", "bert"), Output, maxLength: 1500, attentionWindow: 32, notices.Add);

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "config.json")))!;
        config["model_type"]!.ToString().ShouldBe("longformer");
        config["architectures"]!.ToJsonString().ShouldBe("""["LongformerForSequenceClassification"]""");
        config["attention_window"]!.ToJsonString().ShouldBe("[32,32,32]");
        config["max_position_embeddings"]!.GetValue<int>().ShouldBe(1501);   // one row is padding's
        config["pad_token_id"]!.GetValue<int>().ShouldBe(0);
        config["sep_token_id"]!.GetValue<int>().ShouldBe(12);
        JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "tokenizer_config.json")))!["model_max_length"]!.GetValue<int>().ShouldBe(1500);
        using var written = SafetensorsReader.Open(Path.Combine(Output, "model.safetensors"));
        using var reference = SafetensorsReader.Open(Repo.Golden("models", "longformer", "model.safetensors"));
        written.Keys.Order(StringComparer.Ordinal).ShouldBe(reference.Keys.Order(StringComparer.Ordinal));
        using var bert = SafetensorsReader.Open(Repo.Golden("models", "bert", "model.safetensors"));
        var (positions, rows) = (TensorShould.Floats(bert["bert.embeddings.position_embeddings.weight"]), TensorShould.Floats(written["longformer.embeddings.position_embeddings.weight"]));
        rows[..64].ShouldAllBe(value => value == 0);
        rows[64..(513 * 64)].ShouldBe(positions);
        rows[(513 * 64)..(1025 * 64)].ShouldBe(positions);
        rows[(1025 * 64)..].ShouldBe(positions[..(476 * 64)]);
        foreach (var part in (string[])["query", "key", "value"])
        {
            written[$"longformer.encoder.layer.1.attention.self.{part}_global.weight"].Bytes.SequenceEqual(bert[$"bert.encoder.layer.1.attention.self.{part}.weight"].Bytes).ShouldBeTrue(part);
        }
    }

    [Fact]
    public void Run_MaskedLanguageModel_KeepsTheHeadThatGuessesWords()
    {
        var source = GoldenFolder.Copy("bert-mlm", scratch.Combine("bert"), _ => { });
        File.Copy(Repo.Golden("models", "bert", "vocab.txt"), Path.Combine(source, "vocab.txt"));

        LongformerConversion.Run(source, Output, maxLength: 600, attentionWindow: 32, notices.Add);

        using var written = SafetensorsReader.Open(Path.Combine(Output, "model.safetensors"));
        using var bert = SafetensorsReader.Open(Repo.Golden("models", "bert-mlm", "model.safetensors"));
        JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "config.json")))!["architectures"]!.ToJsonString().ShouldBe("""["LongformerForMaskedLM"]""");
        written.Keys.Where(key => key.StartsWith("lm_head.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .ShouldBe(["lm_head.bias", "lm_head.dense.bias", "lm_head.dense.weight", "lm_head.layer_norm.bias", "lm_head.layer_norm.weight"]);
        written["lm_head.layer_norm.weight"].Bytes.SequenceEqual(bert["cls.predictions.transform.LayerNorm.weight"].Bytes).ShouldBeTrue();
        notices.ShouldBeEmpty();
        using var classifier = TestClassifier.ForTraining(Output, ["a", "b"], notices, "tokenizer.max_length=600");
        notices.ShouldNotContain(notice => notice.StartsWith("Missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_OldestNames_GivesAWholeEncoder()
    {
        LongformerConversion.Run(Repo.Golden("models", "bert-gamma-beta"), Output, maxLength: 512, attentionWindow: 32, notices.Add);

        using var classifier = TestClassifier.ForTraining(Output, ["a", "b"], notices);
        notices.ShouldContain(notice => notice.StartsWith("Left over in the folder, not used: longformer.pooler.dense", StringComparison.Ordinal));
        notices.ShouldNotContain(notice => notice.StartsWith("Missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_ClassifierOfAnotherPooling_LeavesItsHeadOut()
    {
        using (var mean = TestClassifier.ForTraining("model.pooling=mean"))
        {
            mean.Save(scratch.Combine("mean"));
        }

        LongformerConversion.Run(scratch.Combine("mean"), Output, maxLength: 512, attentionWindow: 32, notices.Add);

        notices.ShouldBe(
        [
            "The classifier's head reads mean pooling, which a Longformer's does not: it is left out, so fine-tune the Longformer.",
            "Left out, as this Longformer has no place for them: classifier.bias, classifier.weight.",
        ]);
        File.Exists(Path.Combine(Output, "inkstone.json")).ShouldBeFalse();
        PretrainedFolder.Open(Output).LabelNames.ShouldBeEmpty();
    }

    [Fact]
    public void Run_OwnClassifier_RemembersItsSettingsForLongTexts()
    {
        using (var own = TestClassifier.ForTraining("tokenizer.max_length=40", "tokenizer.truncation_side=left"))
        {
            own.Save(scratch.Combine("own"));
        }

        LongformerConversion.Run(scratch.Combine("own"), Output, maxLength: 700, attentionWindow: 32, notices.Add);

        using var longformer = Classifier.Load(Output, Device.Cpu);
        longformer.Settings.Tokenizer.MaxLength.ShouldBe(700);
        longformer.Settings.Tokenizer.TruncationSide.ShouldBe(Inkstone.Recipes.TruncationSide.Left);
    }

    [Theory]
    [InlineData("bert", 511, 32, "has 512 positions, but the Longformer would have 511; give --max-length of at least 512, 4096 is usual.")]
    [InlineData("bert", 512, 33, "attention_window must be even and at least 2 in every layer, as it counts both sides of a token together, but is 33; 512 is usual.")]
    [InlineData("longformer", 4096, 32, "is a Longformer already; give a BERT.")]
    public void Run_WhatCannotBe_IsRefusedAndNothingWritten(string golden, int maxLength, int window, string sentence)
    {
        Should.Throw<InvalidCheckpointException>(() => LongformerConversion.Run(Repo.Golden("models", golden), Output, maxLength, window, notices.Add)).Message.ShouldEndWith(sentence);

        Directory.GetFileSystemEntries(scratch.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Run_FolderWithSomethingInIt_IsLeftAlone()
    {
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "mine.txt"), "mine");

        Should.Throw<InvalidCheckpointException>(() => LongformerConversion.Run(Repo.Golden("models", "bert"), Output, 512, 32, notices.Add))
            .Message.ShouldBe($"{Output}: exists and is not empty; nothing in it was touched. Choose another folder, or move it away.");

        Directory.GetFiles(Output).ShouldBe([Path.Combine(Output, "mine.txt")]);
    }

    private static float[] LogitsOf(Classifier classifier, int tokens)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        return classifier.Model.Forward(new PackedBatch([TestDocuments.OfLength(tokens)], Device.Cpu)).Documents.ToFloats();
    }
}
