using Inkstone.Batching;
using Inkstone.Torch;

namespace Inkstone.Models;

/// <summary>
/// Chunk vectors of a batch whose parts go through the encoder one after another, as one node of the autograd graph. Activations are
/// kept of no part: on the way back each is computed again, with the masks of dropout that it had. So memory is a part's, and the
/// gradient is the whole batch's.
/// </summary>
/// <remarks>Recomputing is Chen et al. 2016 (arXiv:1604.06174); it costs a third of a step's time more.</remarks>
internal sealed class EncodingInParts : AutogradFunction
{
    private readonly IDocumentClassifier model;
    private readonly IReadOnlyList<PackedBatch> parts;
    private readonly Tensor[] parameters;
    private readonly (ulong Seed, long MicroBatch, bool Enabled) chance;

    private EncodingInParts(IDocumentClassifier model, IReadOnlyList<PackedBatch> parts, Tensor[] parameters)
    {
        (this.model, this.parts, this.parameters) = (model, parts, parameters);
        var dropout = model.Context.Dropout;
        chance = (dropout.Seed, dropout.MicroBatch, dropout.Enabled);
    }

    /// <summary>A vector for each chunk of all parts, in their order.</summary>
    public static Tensor Encode(IDocumentClassifier model, IReadOnlyList<PackedBatch> parts)
    {
        Tensor[] trained = GradMode.IsEnabled ? [.. model.NamedParameters().Select(parameter => parameter.Value).Where(value => value.RequiresGrad)] : [];
        return trained.Length == 0 ? EncodeAll(model, parts) : new EncodingInParts(model, parts, trained).Apply(trained)[0];
    }

    protected override Tensor[] Forward(Tensor[] inputs) => [EncodeAll(model, parts)];

    protected override Tensor?[] Backward(Tensor[] gradOutputs)
    {
        using var recording = GradMode.Enable();
        var dropout = model.Context.Dropout;
        var now = (dropout.Seed, dropout.MicroBatch, dropout.Enabled);
        (dropout.Seed, dropout.MicroBatch, dropout.Enabled) = chance;
        try
        {
            var sums = new Tensor?[parameters.Length];
            var first = 0L;
            foreach (var part in parts)
            {
                Add(part, gradOutputs[0].Narrow(0, first, part.ChunkLengths.Count), sums);
                first += part.ChunkLengths.Count;
            }

            return sums;
        }
        finally
        {
            (dropout.Seed, dropout.MicroBatch, dropout.Enabled) = now;
        }
    }

    private void Add(PackedBatch part, Tensor gradient, Tensor?[] sums)
    {
        using var scope = TensorScope.New();
        var gradients = Autograd.GradOrNull([model.EncodeChunks(part)], parameters, [gradient]);
        using var noGrad = GradMode.NoGrad();
        for (var index = 0; index < sums.Length; index++)
        {
            if (gradients[index] is not { } share)
            {
                continue;
            }

            if (sums[index] is { } sum)
            {
                sum.AddInPlace(share);
            }
            else
            {
                sums[index] = scope.Keep(share);
            }
        }
    }

    private static Tensor EncodeAll(IDocumentClassifier model, IReadOnlyList<PackedBatch> parts)
    {
        using var scope = TensorScope.New();
        return scope.Keep(Tensor.Cat([.. parts.Select(part =>
        {
            using var ofPart = TensorScope.New();
            return ofPart.Keep(model.EncodeChunks(part));
        })]));
    }
}
