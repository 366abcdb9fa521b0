using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models.Hierarchical;

/// <summary>Attention pooling: chunks stay as they are, and a learned question decides how much each has of its document.</summary>
/// <remarks><c>softmax(u · tanh(W·v + b))</c>, Yang et al. 2016, hierarchical attention networks (doi:10.18653/v1/N16-1174).</remarks>
internal sealed class AttentionChunkEncoder : Module, IChunkEncoder
{
    private readonly Linear dense;
    private readonly Linear score;

    public AttentionChunkEncoder(int hidden, ModelContext context)
    {
        dense = Child("dense", new Linear(hidden, hidden, context));
        score = Child("score", new Linear(hidden, 1, context));
        Width = hidden;
    }

    public int Width { get; }

    public Tensor Read(Tensor chunkVectors, IReadOnlyList<int> chunkCounts) => chunkVectors;

    public Tensor? Weigh(Tensor chunkStates, IReadOnlyList<int> chunkCounts)
    {
        var scores = score.Forward(dense.Forward(chunkStates).Tanh()).To(DType.Float32);
        var documents = scores.SplitWithSizes([.. chunkCounts.Select(count => (long)count)], 0);
        return Tensor.Cat(Array.ConvertAll(documents, document => document.Softmax(0)), 0);
    }
}
