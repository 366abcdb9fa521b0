using Inkstone.Batching;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models;

/// <summary>What a classifier says of a batch.</summary>
/// <param name="Chunks">Float32 <c>[chunks, labels]</c>.</param>
/// <param name="Documents">Float32 <c>[documents, labels]</c>.</param>
public readonly record struct DocumentLogits(Tensor Chunks, Tensor Documents)
{
    /// <summary>The documents' logits under each mask of the classifier's dropout, where training draws several; the first is <see cref="Documents"/>.</summary>
    public IReadOnlyList<Tensor> DropoutSamples { get; init; } = [Documents];
}

/// <summary>A model that turns a batch of documents into logits: all that training, evaluating and predicting need to know of it.</summary>
public interface IDocumentClassifier : IDisposable
{
    /// <summary>Device, precision and dropout of the model.</summary>
    ModelContext Context { get; }

    /// <summary>A vector for each chunk: the costly half. Chunks know nothing of each other here.</summary>
    /// <param name="batch">Taken as a whole, whatever its <see cref="PackedBatch.Parts"/>.</param>
    /// <param name="trace">Collects what is on the way; null for nothing.</param>
    /// <returns><c>[chunks, hidden]</c>.</returns>
    Tensor EncodeChunks(PackedBatch batch, ForwardTrace? trace = null);

    /// <summary>Logits of documents and of their chunks, from the chunks' vectors.</summary>
    /// <param name="chunkVectors">As <see cref="EncodeChunks"/> gives them.</param>
    /// <param name="chunkCounts">Chunks of each document.</param>
    DocumentLogits Classify(Tensor chunkVectors, IReadOnlyList<int> chunkCounts);

    /// <summary>Logits of every document, and of its chunks. No more of the batch than one of its <see cref="PackedBatch.Parts"/> is in memory at once.</summary>
    /// <param name="batch">The documents.</param>
    /// <param name="trace">Collects what is on the way, from a batch of one part; null for nothing.</param>
    DocumentLogits Forward(PackedBatch batch, ForwardTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Classify(batch.Parts.Count == 1 ? EncodeChunks(batch, trace) : EncodingInParts.Encode(this, batch.Parts), batch.ChunkCounts);
    }

    /// <summary>Every parameter under its state-dict name.</summary>
    IEnumerable<NamedParameter> NamedParameters(string prefix = "");

    /// <summary>Keeps weights in the dtype that products use, when that is not float32. Training is over then.</summary>
    void CastForInference();
}
