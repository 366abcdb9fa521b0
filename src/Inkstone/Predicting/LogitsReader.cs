using Inkstone.Batching;
using Inkstone.Checkpoints;
using Inkstone.Models;
using Inkstone.Text.Chunking;
using Inkstone.Torch;

namespace Inkstone.Predicting;

/// <summary>Logits of one document and of its chunks, as plain numbers.</summary>
/// <param name="Document">One for each label.</param>
/// <param name="Chunks">One row for each chunk; the document's own when it has one chunk.</param>
public readonly record struct DocumentScores(float[] Document, float[][] Chunks);

/// <summary>Runs documents through a model without gradients: shared by evaluating and predicting.</summary>
public static class LogitsReader
{
    /// <summary>Most tokens in a batch when nobody says otherwise: enough to keep the cores busy, little memory.</summary>
    public const int DefaultBatchTokens = 2048;

    /// <summary>Scores every document as the classifier means it: its logit adjustment, where it has one, is taken off.</summary>
    /// <param name="classifier">The classifier; its dropout is off while this runs.</param>
    /// <param name="documents">Encoded texts.</param>
    /// <param name="batchSize">Documents in a batch, when <paramref name="tokensPerBatch"/> is null.</param>
    /// <param name="tokensPerBatch">Or the most tokens in a batch.</param>
    /// <param name="batchDone">Told how many documents each finished batch had.</param>
    /// <param name="stop">Asked between batches.</param>
    public static DocumentScores[] Read(
        Classifier classifier, IReadOnlyList<EncodedDocument> documents, int batchSize, int? tokensPerBatch, Action<int>? batchDone, CancellationToken stop)
    {
        var scores = Read(classifier.Model, documents, batchSize, tokensPerBatch, batchDone, stop);
        if (classifier.Settings.LogitAdjustment is not { } adjustment)
        {
            return scores;
        }

        return Array.ConvertAll(scores, of => new DocumentScores(Adjusted(of.Document), Array.ConvertAll(of.Chunks, Adjusted)));

        float[] Adjusted(float[] logits) => [.. logits.Select((logit, id) => (float)(logit - adjustment[id]))];
    }

    /// <summary>Scores every document; batches are of even length inside, results in the order of the input.</summary>
    /// <param name="model">The classifier; its dropout is off while this runs.</param>
    /// <param name="documents">Encoded texts.</param>
    /// <param name="batchSize">Documents in a batch, when <paramref name="tokensPerBatch"/> is null.</param>
    /// <param name="tokensPerBatch">Or the most tokens in a batch.</param>
    /// <param name="batchDone">Told how many documents each finished batch had.</param>
    /// <param name="stop">Asked between batches.</param>
    public static DocumentScores[] Read(
        IDocumentClassifier model,
        IReadOnlyList<EncodedDocument> documents,
        int batchSize,
        int? tokensPerBatch,
        Action<int>? batchDone,
        CancellationToken stop)
    {
        var wasTraining = model.Context.Dropout.Enabled;
        model.Context.Dropout.Enabled = false;
        try
        {
            var scores = new DocumentScores[documents.Count];
            var tokenCounts = documents is EncodedRows encoded ? encoded.TokenCounts : [.. documents.Select(EncodedRows.TokensOf)];
            foreach (var rows in EpochPlan.ByLength(tokenCounts, batchSize, tokensPerBatch))
            {
                stop.ThrowIfCancellationRequested();
                Read(model, documents, rows, tokensPerBatch, scores);
                FreedMemory.Tidy();
                batchDone?.Invoke(rows.Length);
            }

            return scores;
        }
        finally
        {
            model.Context.Dropout.Enabled = wasTraining;
        }
    }

    private static void Read(IDocumentClassifier model, IReadOnlyList<EncodedDocument> documents, int[] rows, int? tokensPerBatch, DocumentScores[] scores)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var tokens = new PackedTokens(Array.ConvertAll(rows, row => documents[row]));
        var batch = new PackedBatch(tokens, model.Context.Device, tokensPerBatch ?? (rows.Length * tokens.Longest));
        var logits = model.Forward(batch);
        var ofDocuments = Rows(logits.Documents);
        var ofChunks = ReferenceEquals(logits.Chunks, logits.Documents) ? ofDocuments : Rows(logits.Chunks);
        var chunk = 0;
        for (var index = 0; index < rows.Length; index++)
        {
            var count = batch.ChunkCounts[index];
            scores[rows[index]] = new(ofDocuments[index], ofChunks[chunk..(chunk + count)]);
            chunk += count;
        }
    }

    private static float[][] Rows(Tensor logits)
    {
        var values = logits.ToFloats();
        return [.. values.Chunk((int)logits.Size(1))];
    }
}
