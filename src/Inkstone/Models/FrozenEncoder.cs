using System.IO.Hashing;
using System.Runtime.InteropServices;
using Inkstone.Batching;
using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models;

/// <summary>
/// A classifier whose encoder does not learn: the chunk vectors of a document are computed once, without dropout, and kept in memory
/// (hidden × 4 bytes a chunk). Only what reads the vectors is trained.
/// </summary>
/// <remarks>A document is encoded by itself, so that its vectors are the same whichever batch asks for them first.</remarks>
public sealed class FrozenEncoder : IDocumentClassifier
{
    private readonly IDocumentClassifier inner;
    private readonly Dictionary<UInt128, float[]> known = [];

    /// <summary>Takes over the classifier, and stops its encoder's training.</summary>
    public FrozenEncoder(IDocumentClassifier inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        this.inner = inner;
        foreach (var parameter in inner.NamedParameters().Where(parameter => parameter.Name.StartsWith("bert.", StringComparison.Ordinal)))
        {
            parameter.Value.RequiresGrad = false;
        }
    }

    /// <inheritdoc/>
    public ModelContext Context => inner.Context;

    /// <summary>Documents whose vectors are known.</summary>
    internal int Known => known.Count;

    /// <inheritdoc/>
    public Tensor EncodeChunks(PackedBatch batch, ForwardTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (trace is not null)
        {
            return inner.EncodeChunks(batch, trace);
        }

        var vectors = new List<float[]>();
        foreach (var document in batch.Tokens.Documents())
        {
            vectors.Add(VectorsOf(document, batch));
        }

        var chunks = batch.ChunkLengths.Count;
        var numbers = vectors.SelectMany(ofDocument => ofDocument).ToArray();
        return Tensor.From<float>(numbers, chunks, numbers.Length / chunks).To(Context.Device);
    }

    /// <inheritdoc/>
    public DocumentLogits Forward(PackedBatch batch, ForwardTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Classify(EncodeChunks(batch, trace), batch.ChunkCounts);
    }

    /// <inheritdoc/>
    public DocumentLogits Classify(Tensor chunkVectors, IReadOnlyList<int> chunkCounts) => inner.Classify(chunkVectors, chunkCounts);

    /// <inheritdoc/>
    public IEnumerable<NamedParameter> NamedParameters(string prefix = "") => inner.NamedParameters(prefix);

    /// <inheritdoc/>
    public void CastForInference()
    {
        known.Clear();
        inner.CastForInference();
    }

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private float[] VectorsOf(PackedTokens document, PackedBatch batch)
    {
        var key = KeyOf(document);
        if (known.TryGetValue(key, out var vectors))
        {
            return vectors;
        }

        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var dropout = Context.Dropout.Enabled;
        Context.Dropout.Enabled = false;
        try
        {
            var alone = new PackedBatch(document, Context.Device, batch.MostTokens);
            return known[key] = [.. alone.Parts.SelectMany(VectorsOf)];
        }
        finally
        {
            Context.Dropout.Enabled = dropout;
        }
    }

    /// <summary>A part's scope ends with it, so that a long document takes the memory of a part.</summary>
    private float[] VectorsOf(PackedBatch part)
    {
        using var scope = TensorScope.New();
        return inner.EncodeChunks(part).To(DType.Float32).ToFloats();
    }

    private static UInt128 KeyOf(PackedTokens document)
    {
        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes(document.ChunkLengths.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(document.InputIds.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(document.TokenTypeIds.AsSpan()));
        return hash.GetCurrentHashAsUInt128();
    }
}
