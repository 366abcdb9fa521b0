using Inkstone.Batching;
using Inkstone.Models.Bert;
using Inkstone.Pretraining.Corpus;
using Inkstone.Pretraining.Masks;
using Inkstone.Text.Tokenizing;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Pretraining;

/// <summary>How well hidden words of texts are guessed that the model was never trained on.</summary>
/// <param name="Loss">Mean over the hidden tokens, in nats.</param>
/// <param name="Accuracy">Share of them that are guessed right, 0 to 1.</param>
/// <param name="Guesses">How many there are.</param>
public sealed record HeldOutScore(double Loss, double Accuracy, long Guesses)
{
    /// <summary>e to the power of the loss: among how many words the model hesitates.</summary>
    public double Perplexity => Math.Exp(Loss);
}

/// <summary>Judges a model by the held-out texts of a corpus, whose masks are always the same.</summary>
internal sealed class HeldOut(CorpusTexts texts, WordPieceTokenizer tokenizer)
{
    private const long Seed = 0;

    private const int BatchTokens = 8192;   // masks hang on it, so no option changes it
    private const int MostBatches = 64;     // of long texts: half a million tokens judge as well as all

    private readonly Masking masking = new(MaskingOptions.HeldOut, tokenizer);

    /// <summary>Whether there is any text.</summary>
    public bool IsEmpty => texts.Count == 0;

    /// <summary>Guesses every hidden word.</summary>
    /// <param name="model">Dropout is off meanwhile.</param>
    /// <param name="context">The model's.</param>
    /// <param name="stop">Ends it between two batches.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public HeldOutScore Judge(BertForMaskedLM model, ModelContext context, CancellationToken stop)
    {
        using var noGrad = GradMode.NoGrad();
        var dropped = context.Dropout.Enabled;
        context.Dropout.Enabled = false;
        try
        {
            var (loss, right, guesses) = (0.0, 0L, 0L);
            foreach (var batch in Prefetch.InOrder(texts.Batches(Seed, 0, BatchTokens).Take(MostBatches), batch => masking.Mask(batch, Seed), ahead: 1))
            {
                stop.ThrowIfCancellationRequested();
                using var scope = TensorScope.New();
                var rows = Tensor.From<long>(batch.Rows, batch.Rows.Length).To(context.Device);
                var words = Tensor.From<long>(batch.Words, batch.Words.Length).To(context.Device);
                var scores = model.Forward(new PackedBatch(batch.Tokens, context.Device), rows);
                loss += scores.CrossEntropy(words, reduction: Reduction.Sum).ToDouble();
                var guessed = scores.ArgMax(1).To(Device.Cpu).ToArray<long>();
                right += guessed.Zip(batch.Words).LongCount(pair => pair.First == pair.Second);
                guesses += batch.Words.Length;
            }

            return new(loss / guesses, (double)right / guesses, guesses);
        }
        finally
        {
            context.Dropout.Enabled = dropped;
        }
    }
}
