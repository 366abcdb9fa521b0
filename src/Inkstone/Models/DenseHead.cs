using Inkstone.Torch;
using Inkstone.Torch.Nn;

namespace Inkstone.Models;

/// <summary>Dropout, a dense layer with its nonlinearity, dropout, logits: the head of Longformer and BigBird.</summary>
internal sealed class DenseHead : Module
{
    private readonly Linear dense;
    private readonly Linear project;
    private readonly Func<Linear, Tensor, Tensor> activate;
    private readonly (Dropout Before, Dropout Behind)[] dropouts;   // one pair, or as many as there are samples

    /// <param name="width">Of a chunk's vector.</param>
    /// <param name="labelCount">Logits.</param>
    /// <param name="activate">The dense layer's result with its nonlinearity.</param>
    /// <param name="dropout">Rate of both dropouts.</param>
    /// <param name="dropoutSamples">Masks that a training pass draws.</param>
    /// <param name="context">Device, precision and dropout.</param>
    public DenseHead(int width, int labelCount, Func<Linear, Tensor, Tensor> activate, double dropout, int dropoutSamples, ModelContext context)
    {
        this.activate = activate;
        dense = Child("dense", new Linear(width, width, context));
        project = Child("out_proj", new Linear(width, labelCount, context));
        dropouts = [.. Enumerable.Range(0, dropoutSamples).Select(_ => (new Dropout(dropout, context.Dropout), new Dropout(dropout, context.Dropout)))];
    }

    /// <summary>Masks that a training pass draws.</summary>
    public int Samples => dropouts.Length;

    /// <summary>Float32 logits <c>[chunks, labels]</c> under one of the masks.</summary>
    public Tensor Forward(Tensor chunkVectors, int sample) =>
        project.Forward(dropouts[sample].Behind.Forward(activate(dense, dropouts[sample].Before.Forward(chunkVectors)))).To(DType.Float32);
}
