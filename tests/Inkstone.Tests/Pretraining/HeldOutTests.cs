using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Models.Bert;
using Inkstone.Pretraining;
using Inkstone.Pretraining.Corpus;
using Inkstone.Pretraining.Masks;
using Inkstone.Torch;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Pretraining;

public sealed class HeldOutTests
{
    private static readonly PretrainOptions Options = new() { Hidden = 32, Layers = 1, Heads = 2, Bf16 = false };

    [Fact]
    public void Judge_SeveralBatches_IsTheMeanOverAllHiddenTokens()
    {
        using var corpus = Corpus();
        using var model = Model();
        var masking = new Masking(MaskingOptions.HeldOut, SomeTexts.Tokenizer);
        var (loss, right, guesses, batches) = (0.0, 0, 0, 0);
        foreach (var batch in corpus.HeldOut.Batches(0, 0, 8192).Select(batch => masking.Mask(batch, 0)))
        {
            using var noGrad = GradMode.NoGrad();
            using var scope = TensorScope.New();
            var logits = model.Network.Forward(new PackedBatch(batch.Tokens, Device.Cpu), Tensor.From<long>(batch.Rows, batch.Rows.Length));
            foreach (var (row, word) in logits.ToFloats().Chunk(SomeTexts.Tokenizer.VocabularySize).Zip(batch.Words))
            {
                loss += Math.Log(row.Sum(logit => Math.Exp(logit))) - row[word];
                right += Array.IndexOf(row, row.Max()) == word ? 1 : 0;
                guesses++;
            }

            batches++;
        }

        var score = new HeldOut(corpus.HeldOut, SomeTexts.Tokenizer).Judge(model.Network, model.Context, TestContext.Current.CancellationToken);

        batches.ShouldBeGreaterThan(1);
        score.Guesses.ShouldBe(guesses);
        score.Loss.ShouldBe(loss / guesses, 1e-5);
        score.Accuracy.ShouldBe((double)right / guesses);
        score.Perplexity.ShouldBe(Math.Exp(score.Loss));
        model.Context.Dropout.Enabled.ShouldBeTrue();
    }

    [Fact]
    public void Trained_Parameters_DecayWhereTheyAreMatricesOfWhatTextsReach()
    {
        using var model = Model();

        var decaying = model.Trained.Where(Pretrainer.Decays).Select(parameter => parameter.Name).ToList();

        decaying.ShouldBe(
        [
            "bert.embeddings.word_embeddings.weight", "bert.embeddings.token_type_embeddings.weight",
            "bert.encoder.layer.0.attention.self.query.weight", "bert.encoder.layer.0.attention.self.key.weight", "bert.encoder.layer.0.attention.self.value.weight",
            "bert.encoder.layer.0.attention.output.dense.weight", "bert.encoder.layer.0.intermediate.dense.weight", "bert.encoder.layer.0.output.dense.weight",
            "cls.predictions.transform.dense.weight",
        ], ignoreOrder: true);
    }

    private static PretrainingCorpus Corpus() => SomeTexts.Corpus(SomeTexts.Texts(20_000), new() { HeldOutTexts = 900 });

    private static MaskedLanguageModel Model()
    {
        var config = ModelConfig.New(new BertConfig { VocabSize = SomeTexts.Tokenizer.VocabularySize, HiddenSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 64 });
        var model = MaskedLanguageModel.Create(new(config, SomeTexts.Tokenizer, null), Options, _ => { });
        model.Context.Dropout.Enabled = true;
        return model;
    }
}
