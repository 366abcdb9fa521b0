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

    /// <summary>Logits of every document, and of its chunks.</summary>
    DocumentLogits Forward(PackedBatch batch, ForwardTrace? trace = null);

    /// <summary>Every parameter under its state-dict name.</summary>
    IEnumerable<NamedParameter> NamedParameters(string prefix = "");

    /// <summary>Keeps weights in the dtype that products use, when that is not float32. Training is over then.</summary>
    void CastForInference();
}
