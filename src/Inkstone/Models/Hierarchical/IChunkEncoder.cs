using Inkstone.Torch;

namespace Inkstone.Models.Hierarchical;

/// <summary>Reads the chunk vectors of documents in their order: what makes one document of chunks.</summary>
internal interface IChunkEncoder
{
    /// <summary>Numbers in a vector that comes out.</summary>
    int Width { get; }

    /// <summary>Vectors of chunks that know of the others of their document.</summary>
    /// <param name="chunkVectors">Float32 <c>[chunks, hidden]</c>.</param>
    /// <param name="chunkCounts">Chunks of each document.</param>
    /// <returns>Float32 <c>[chunks, width]</c>.</returns>
    Tensor Read(Tensor chunkVectors, IReadOnlyList<int> chunkCounts);

    /// <summary>How much each chunk has of its document's vector, adding up to 1 in each document; null where all have the same.</summary>
    /// <param name="chunkStates">As <see cref="Read"/> gives them.</param>
    /// <param name="chunkCounts">Chunks of each document.</param>
    /// <returns>Float32 <c>[chunks, 1]</c>.</returns>
    Tensor? Weigh(Tensor chunkStates, IReadOnlyList<int> chunkCounts);
}
