using Inkstone.Batching;
using Inkstone.Models;
using Inkstone.Text.Chunking;
using Inkstone.Torch;

namespace Inkstone.Explaining;

/// <summary>Gradients of a document's logit by the word vectors of its tokens, at points between two sets of vectors.</summary>
/// <remarks>
/// A document's logit is a function of its chunks' vectors, so each chunk goes through the encoder by itself, weighted by what the
/// document's logit owes its vector there (the chain rule): memory never depends on how many chunks or points there are.
/// </remarks>
internal sealed class EmbeddingGradients
{
    private readonly IDocumentClassifier model;
    private readonly int batchTokens;
    private readonly Tensor wordTable;

    /// <param name="model">The classifier, without dropout.</param>
    /// <param name="batchTokens">Most tokens in one pass; one chunk at least.</param>
    public EmbeddingGradients(IDocumentClassifier model, int batchTokens)
    {
        (this.model, this.batchTokens) = (model, batchTokens);
        wordTable = model.NamedParameters().Single(parameter => parameter.Name.EndsWith("word_embeddings.weight", StringComparison.Ordinal)).Value;
    }

    /// <summary>Word vectors of ids, <c>[tokens, hidden]</c>, without history.</summary>
    public Tensor Embed(int[] ids)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var index = Tensor.From<long>(Array.ConvertAll(ids, id => (long)id), ids.Length).To(model.Context.Device);
        return scope.Keep(Tensor.Embedding(wordTable, index).To(DType.Float32));
    }

    /// <summary>The sum over points of weight × gradient of a label's logit, one tensor <c>[tokens, hidden]</c> a chunk.</summary>
    /// <param name="document">Where tokens stand; its ids are not looked at.</param>
    /// <param name="from">Vectors of each chunk at place 0.</param>
    /// <param name="way">What is added to them up to place 1.</param>
    /// <param name="points">Where to look, and how much it counts.</param>
    /// <param name="label">Which logit.</param>
    /// <param name="stop">Asked before each pass.</param>
    public Tensor[] Sum(EncodedDocument document, Tensor[] from, Tensor[] way, PathPoint[] points, int label, CancellationToken stop)
    {
        var sums = Array.ConvertAll(from, vectors => Tensor.ZerosLike(vectors));
        var isOneChunk = document.Chunks.Count == 1;
        var shares = isOneChunk ? [] : Shares(document, from, way, points, label, stop);
        foreach (var passes in Batches(document, points.Length))
        {
            stop.ThrowIfCancellationRequested();
            using var scope = TensorScope.New();
            var vectors = Vectors(passes, from, way, points);
            vectors.RequiresGrad = true;
            var batch = Batch(document, passes, vectors);

            // A document of one chunk needs no second pass: its logit itself is differentiated.
            var (output, seed) = isOneChunk
                ? (model.Forward(batch).Documents.Select(1, label).Sum(), (Tensor?)null)
                : (model.EncodeChunks(batch), Tensor.Stack([.. passes.Select(pass => shares[pass.Point].Select(0, pass.Chunk))]));
            ReadOnlySpan<Tensor?> seeds = seed is null ? [] : [seed];
            var gradient = Autograd.Grad([output], [vectors], seeds)[0];
            var parts = gradient.SplitWithSizes([.. passes.Select(pass => (long)document.Chunks[pass.Chunk].InputIds.Length)], 0);
            for (var index = 0; index < passes.Length; index++)
            {
                sums[passes[index].Chunk].AddInPlace(parts[index], points[passes[index].Point].Weight);
            }
        }

        return sums;
    }

    /// <summary>A label's logit of the document at a place.</summary>
    public double DocumentLogit(EncodedDocument document, Tensor[] from, Tensor[] way, double place, int label, CancellationToken stop)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        return DocumentLogit(ChunkVectors(document, from, way, [new(place, 1)], stop)[0], label).ToDouble();
    }

    /// <summary>What the label's logit of the document owes to the vector of each chunk: <c>[chunks, hidden]</c> a point.</summary>
    private Tensor[] Shares(EncodedDocument document, Tensor[] from, Tensor[] way, PathPoint[] points, int label, CancellationToken stop)
    {
        using var scope = TensorScope.New();
        return Array.ConvertAll(ChunkVectors(document, from, way, points, stop), chunks =>
        {
            chunks.RequiresGrad = true;
            return scope.Keep(Autograd.Grad([DocumentLogit(chunks, label)], [chunks])[0]);
        });
    }

    private Tensor DocumentLogit(Tensor chunkVectors, int label) => model.Classify(chunkVectors, [(int)chunkVectors.Size(0)]).Documents.Select(0, 0).Select(0, label);

    /// <summary>The vector of every chunk at every point, <c>[chunks, hidden]</c> each, without history.</summary>
    private Tensor[] ChunkVectors(EncodedDocument document, Tensor[] from, Tensor[] way, PathPoint[] points, CancellationToken stop)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var parts = new List<Tensor>();
        foreach (var passes in Batches(document, points.Length))
        {
            stop.ThrowIfCancellationRequested();
            using var pass = TensorScope.New();
            parts.Add(pass.Keep(model.EncodeChunks(Batch(document, passes, Vectors(passes, from, way, points)))));
        }

        return [.. Tensor.Cat([.. parts], 0).SplitWithSizes([.. points.Select(_ => (long)document.Chunks.Count)], 0).Select(of => scope.Keep(of.Clone()))];
    }

    private static Tensor Vectors(Pass[] passes, Tensor[] from, Tensor[] way, PathPoint[] points)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        return scope.Keep(Tensor.Cat([.. passes.Select(pass => from[pass.Chunk].Add(way[pass.Chunk], points[pass.Point].Place))], 0));
    }

    /// <summary>Each pass as a document of one chunk.</summary>
    private PackedBatch Batch(EncodedDocument document, Pass[] passes, Tensor vectors)
    {
        var documents = Array.ConvertAll(passes, pass => new EncodedDocument([document.Chunks[pass.Chunk]], 0, Truncated: false));
        return new(documents, model.Context.Device) { InputsEmbeds = vectors };
    }

    /// <summary>Every chunk at every point, point by point, in groups of at most <see cref="batchTokens"/> tokens.</summary>
    private IEnumerable<Pass[]> Batches(EncodedDocument document, int points)
    {
        var group = new List<Pass>();
        var tokens = 0;
        for (var point = 0; point < points; point++)
        {
            for (var chunk = 0; chunk < document.Chunks.Count; chunk++)
            {
                var more = document.Chunks[chunk].InputIds.Length;
                if (group.Count > 0 && tokens + more > batchTokens)
                {
                    yield return [.. group];
                    group.Clear();
                    tokens = 0;
                }

                group.Add(new(point, chunk));
                tokens += more;
            }
        }

        yield return [.. group];
    }

    private readonly record struct Pass(int Point, int Chunk);
}
