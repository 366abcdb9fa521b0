using Inkstone.Checkpoints;
using Inkstone.Explaining;
using Inkstone.Tests.Support;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Explaining;

public sealed class ExplainerTests
{
    private static readonly ExplanationMethod[] Both = [ExplanationMethod.GradXInput, ExplanationMethod.IntegratedGradients];
    private const string Review = "这个电影太好看了，房间很小，服务态度也一般，不会再来了。一开始觉得贵，用了一个月之后觉得值。";

    [Theory]
    [InlineData("mean")]
    [InlineData("max")]
    [InlineData("logsumexp")]
    public void Explain_DocumentOfSeveralChunks_SharesOutTheDocumentsLogit(string aggregation)
    {
        using var classifier = Load("tokenizer.long_text=chunk", "tokenizer.max_length=16", "tokenizer.stride=4", $"model.aggregation={aggregation}");

        var explanation = new Explainer(classifier, new() { Steps = 50 }).Of(Review, [ExplanationMethod.IntegratedGradients]);

        explanation.Document.Document.Chunks.Count.ShouldBeGreaterThan(3);
        var attribution = explanation.Attributions[0];
        Math.Abs(attribution.ConvergenceDelta!.Value).ShouldBeLessThan(aggregation == "max" ? 0.02 : 1e-4);   // the maximum has kinks
        attribution.Scores.Sum(chunk => chunk.Sum(score => (double)score)).ShouldBe(attribution.Change!.Value + attribution.ConvergenceDelta.Value, 1e-5);
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("max")]
    [InlineData("logsumexp")]
    public void Explain_ChunksOneByOne_GivesTheGradientOfTheWholeDocument(string aggregation)
    {
        using var classifier = Load("tokenizer.long_text=chunk", "tokenizer.max_length=16", "tokenizer.stride=4", $"model.aggregation={aggregation}");

        ShouldGiveTheGradientOfTheWhole(classifier, aggregation);
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("transformer")]
    [InlineData("attention")]
    public void Explain_EncoderOfChunks_SharesOutTheDocumentsLogit(string chunkEncoder)
    {
        using var classifier = TestClassifier.ForTraining(
            "model.architecture=hierarchical", $"model.chunk_encoder={chunkEncoder}", "tokenizer.long_text=chunk", "tokenizer.max_length=16", "tokenizer.stride=4", "training.bf16=false");

        var explanation = new Explainer(classifier, new() { Steps = 50 }).Of(Review, [ExplanationMethod.IntegratedGradients]);

        explanation.Document.Document.Chunks.Count.ShouldBeGreaterThan(3);
        explanation.Attributions[0].ConvergenceDelta!.Value.ShouldBe(0, 1e-3);
        ShouldGiveTheGradientOfTheWhole(classifier, chunkEncoder);
    }

    private static void ShouldGiveTheGradientOfTheWhole(Classifier classifier, string what)
    {
        var explanation = new Explainer(classifier, new() { BatchTokens = 1 }).Of(Review, [ExplanationMethod.GradXInput], new(LabelId: 1));
        using var scope = TensorScope.New();
        var document = explanation.Document.Document;
        var table = classifier.Model.NamedParameters().Single(parameter => parameter.Name == "bert.embeddings.word_embeddings.weight").Value;
        var ids = document.Chunks.SelectMany(chunk => chunk.InputIds).ToArray();
        var vectors = Tensor.Embedding(table, Tensor.From<long>(Array.ConvertAll(ids, id => (long)id), ids.Length)).Detach();
        vectors.RequiresGrad = true;

        classifier.Model.Context.Dropout.Enabled = false;
        var logits = classifier.Model.Forward(new([document], Device.Cpu) { InputsEmbeds = vectors }).Documents;
        var gradient = Autograd.Grad([logits.Select(0, 0).Select(0, 1)], [vectors])[0];

        TensorShould.BeClose([.. explanation.Attributions[0].Scores.SelectMany(chunk => chunk)], (gradient * vectors).Sum([1]).ToFloats(), what);
    }

    [Fact]
    public void Explain_Against_ExplainsThatLabelAndWhatSpeaksForTheBestOther()
    {
        using var classifier = Load();
        var explainer = new Explainer(classifier);
        var predicted = explainer.Of(Review, Both);
        var against = (predicted.PredictedId + 1) % 3;
        var plain = explainer.Of(Review, Both, new(LabelId: against));

        var contrasted = explainer.Of(Review, Both, new(AgainstId: against));

        contrasted.LabelId.ShouldBe(against);
        contrasted.RatherThanLabelId.ShouldBe(predicted.PredictedId);
        for (var method = 0; method < Both.Length; method++)
        {
            var (scores, own, others) = (contrasted.Attributions[method], plain.Attributions[method].Scores[0], predicted.Attributions[method].Scores[0]);
            TensorShould.BeClose([.. scores.Scores[0]], [.. own], "scores");
            TensorShould.BeClose([.. scores.Contrast!.Scores[0]], [.. others.Zip(own, (a, b) => a - b)], "contrast");
            (scores.Contrast.ConvergenceDelta, scores.Contrast.Change).ShouldBe(
                (predicted.Attributions[method].ConvergenceDelta - plain.Attributions[method].ConvergenceDelta, predicted.Attributions[method].Change - plain.Attributions[method].Change));
        }
    }

    [Fact]
    public void Explain_AgainstThePredictedLabel_ComparesWithTheSecondBest()
    {
        using var classifier = Load();
        var predicted = new Explainer(classifier).Of(Review, Both).PredictedId;

        var explanation = new Explainer(classifier).Of(Review, Both, new(AgainstId: predicted));

        var second = Enumerable.Range(0, 3).Where(id => id != predicted).MaxBy(id => explanation.Logits[id]);
        (explanation.LabelId, explanation.RatherThanLabelId).ShouldBe((predicted, second));
    }

    [Fact]
    public void Explain_Mask_StartsFromAnotherBaseline()
    {
        using var classifier = Load();

        var pad = new Explainer(classifier).Of(Review, Both);
        var mask = new Explainer(classifier, new() { Baseline = ExplanationBaseline.Mask }).Of(Review, Both);

        mask.Attributions[0].Scores[0].ShouldBe(pad.Attributions[0].Scores[0]);   // Grad × Input has none
        mask.Attributions[1].Scores[0].ShouldNotBe(pad.Attributions[1].Scores[0]);
        mask.Attributions[1].ConvergenceDelta!.Value.ShouldBe(0, 1e-4);
    }

    [Fact]
    public void Explain_Pair_KeepsSpecialTokensOutOfTheBaselineAndScoresBothTexts()
    {
        using var classifier = Load();

        var explanation = new Explainer(classifier).Of("房间很小", Both, pair: "服务态度一般");

        var scores = explanation.Attributions[1].Scores[0];
        new[] { 0, 5, scores.Count - 1 }.Select(token => scores[token]).ShouldAllBe(score => score == 0);
        var texts = ScoredText.Of(explanation.Document, explanation.Attributions[1]);
        texts.Select(text => string.Concat(text.By(UnitKind.Word).Select(unit => unit.Text))).ShouldBe(["房间很小", "服务态度一般"]);
        texts.Sum(text => text.By(UnitKind.Word).Sum(unit => unit.Score ?? 0)).ShouldBe(scores.Sum(score => (double)score), 1e-5);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0001")]
    public void Explain_NothingToSee_GivesScoresOfTheSpecialTokensAlone(string text)
    {
        using var classifier = Load();

        var explanation = new Explainer(classifier).Of(text, [.. ExplanationMethods.All]);

        explanation.Document.TextTokens.ShouldBe(0);
        explanation.Attributions.ShouldAllBe(attribution => attribution.Scores[0].Count == 2);
        explanation.Attributions[1].Scores[0].ShouldBe([0, 0]);
    }

    [Fact]
    public void Explain_UnknownCharacters_CountsThem()
    {
        using var classifier = Load();

        var explanation = new Explainer(classifier).Of("\U00020000\U00020001", Both);

        explanation.Document.UnknownTokens.ShouldBe(explanation.Document.TextTokens);
        explanation.Document.TextTokens.ShouldBe(2);
    }

    [Fact]
    public void Explain_Attention_AddsUpToOneInEveryView()
    {
        using var classifier = Load();

        foreach (var view in new[] { "mean", "rollout", "1", "3", "2.4" })
        {
            var explainer = new Explainer(classifier, new() { Attention = AttentionView.Parse(view) });
            var scores = explainer.Of(Review, [ExplanationMethod.Attention]).Attributions[0].Scores[0];

            scores.Sum(score => (double)score).ShouldBe(1, 1e-5, view);
            scores.Count.ShouldBe(Review.Length + 2);
        }
    }

    [Fact]
    public void Explain_LayerThatIsNot_SaysHowManyThereAre()
    {
        using var classifier = Load();
        var explainer = new Explainer(classifier, new() { Attention = AttentionView.Parse("4") });

        Should.Throw<ExplainingException>(() => explainer.Of("好", [ExplanationMethod.Attention])).Message.ShouldContain("3 layers");
    }

    [Fact]
    public void Explainer_ImpossibleSettings_SaysAllAtOnce()
    {
        using var classifier = Load();

        var message = Should.Throw<ExplainingException>(() => new Explainer(classifier, new() { Steps = 1, Quadrature = Quadrature.Trapezoid, BatchTokens = 0 })).Message;

        message.ShouldContain("steps must be from 2 to 1000, but is 1");
        message.ShouldContain("batch tokens must be at least 1, but is 0");
    }

    [Theory]
    [InlineData("longformer")]
    [InlineData("bigbird-full")]
    [InlineData("bigbird-sparse")]
    public void Explain_EncoderOfLongTexts_SharesOutTheLogitAndShowsItsAttention(string name)
    {
        using var classifier = Classifier.Load(Repo.Golden("models", name), Device.Cpu);
        var text = string.Concat(Enumerable.Repeat(Review, 4));

        var explanation = new Explainer(classifier).Of(text, [.. ExplanationMethods.All]);

        explanation.Document.TextTokens.ShouldBeGreaterThan(60);
        explanation.Attributions[1].ConvergenceDelta!.Value.ShouldBe(0, 1e-3);
        Math.Abs(explanation.Attributions[1].Change!.Value).ShouldBeGreaterThan(0.02);
        explanation.Attributions[2].Scores[0].Sum(score => (double)score).ShouldBe(1, 1e-4);
    }

    [Theory]
    [InlineData("pooler")]
    [InlineData("mean")]
    public void Rollout_OfTheGoldenModel_IsTheProductOfItsLayers(string pooling)
    {
        using var classifier = Load($"model.pooling={pooling}");
        var explanation = new Explainer(classifier).Of("房间很小，不会再来", [ExplanationMethod.Attention]);
        using var scope = TensorScope.New();
        var trace = new Inkstone.Models.ForwardTrace();
        classifier.Model.Context.Dropout.Enabled = false;
        classifier.Model.Forward(new([explanation.Document.Document], Device.Cpu), trace);

        var tokens = trace.Attentions[0].Size(2);
        var eye = new float[tokens * tokens];
        for (var token = 0; token < tokens; token++)
        {
            eye[(token * tokens) + token] = 1;
        }

        var identity = Tensor.From<float>(eye, tokens, tokens);
        var product = trace.Attentions.Aggregate(identity, (below, layer) => ((layer.Select(0, 0).Mean([0]) * 0.5) + (identity * 0.5)).MatMul(below));
        var expected = pooling == "mean" ? product.Mean([0]) : product.Select(0, 0);

        TensorShould.BeClose([.. explanation.Attributions[0].Scores[0]], expected.ToFloats(), pooling);
    }

    /// <summary>Adebayo et al. 2018 (arXiv:1810.03292): a map that stays when the weights go explains something else than the model.</summary>
    [Fact]
    public void Explain_ShuffledWeights_GivesAnotherMap()
    {
        using var classifier = Load();
        var before = new Explainer(classifier).Of(Review, [.. ExplanationMethods.All], new(LabelId: 2));

        WeightShuffle.Apply(classifier.Model, seed: 1);
        var after = new Explainer(classifier).Of(Review, [.. ExplanationMethods.All], new(LabelId: 2));

        foreach (var (left, right) in before.Attributions.Zip(after.Attributions))
        {
            var name = left.Method.ToString();
            Math.Abs(RankCorrelation.Of([.. left.Scores[0]], [.. left.Scores[0]])).ShouldBe(1, 1e-9, name);
            if (left.Method != ExplanationMethod.Attention)
            {
                Math.Abs(RankCorrelation.Of([.. left.Scores[0]], [.. right.Scores[0]])).ShouldBeLessThan(0.5, name);
            }
        }
    }

    private static Classifier Load(params string[] overrides) =>
        Classifier.Load(Repo.Golden("models", "bert"), Device.Cpu, settings => settings.With(["tokenizer.max_length=64", .. overrides]));
}

/// <summary>Counts what the process holds, so it runs alone.</summary>
[Collection(Alone.Name)]
public sealed class ExplainerMemoryTests
{
    [Fact]
    public void Explain_SecondTime_LeavesNoNewTensors()
    {
        using var classifier = Classifier.Load(Repo.Golden("models", "bert"), Device.Cpu, settings => settings.With(["tokenizer.long_text=chunk", "tokenizer.max_length=8", "tokenizer.stride=2"]));
        var explainer = new Explainer(classifier);
        explainer.Of("这个电影太好看了", [.. ExplanationMethods.All]);

        var before = Tensor.LiveCount;
        explainer.Of("这个电影太好看了", [.. ExplanationMethods.All]);

        Tensor.LiveCount.ShouldBe(before);
    }
}
