namespace Inkstone.Torch.Nn;

/// <summary>Linear layers over one input whose weights lie one below the other in memory: one product serves them all.</summary>
/// <remarks>In the state dict each keeps its own name; a gradient of the whole is their gradients side by side.</remarks>
public sealed class JoinedLinear : Module
{
    private readonly ModelContext context;
    private readonly long width;
    private readonly Linear[] parts;
    private Tensor joined; // [parts · width, in]

    /// <summary>Layers of equal width under these names. Weights are uninitialized: load them, or fill them.</summary>
    public JoinedLinear(long inFeatures, long width, ModelContext context, params ReadOnlySpan<string> names)
    {
        (this.context, this.width) = (context, width);
        joined = Tensor.Empty([names.Length * width, inFeatures], DType.Float32, context.Device);
        parts = new Linear[names.Length];
        for (var part = 0; part < parts.Length; part++)
        {
            parts[part] = Child(names[part], new Linear(joined.Narrow(0, part * width, width), context));
        }
    }

    /// <summary>The layers, in the order of their names.</summary>
    public IReadOnlyList<Linear> Parts => parts;

    /// <summary>The products of neighbouring layers side by side, without their biases: <c>[rows, in]</c> to <c>[rows, count · width]</c>.</summary>
    /// <param name="input">What they all multiply.</param>
    /// <param name="first">The first layer.</param>
    /// <param name="count">How many layers.</param>
    public Tensor Product(Tensor input, int first, int count)
    {
        using var scope = TensorScope.New();
        var weights = parts.AsSpan(first, count).ToArray().Select(part => part.Weight);
        var rows = joined.Narrow(0, first * width, count * width).To(context.GemmDType);
        return scope.Keep(new JoinedProduct(rows, width).Apply([input.To(context.GemmDType), .. weights])[0]);
    }

    /// <summary>Keeps the weights in the product's dtype. For inference only.</summary>
    public void CastForInference()
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = TensorScope.New();
        var cast = scope.Keep(joined.To(context.GemmDType));
        if (ReferenceEquals(cast, joined))
        {
            return;
        }

        joined.Dispose();
        joined = cast;
        for (var part = 0; part < parts.Length; part++)
        {
            parts[part].UseForInference(scope.Keep(joined.Narrow(0, part * width, width)));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            joined.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Its inputs are the rows to multiply and, for their gradients alone, the weights whose memory <paramref name="joined"/> shares or copies.</summary>
    private sealed class JoinedProduct(Tensor joined, long width) : AutogradFunction
    {
        protected override Tensor[] Forward(Tensor[] inputs)
        {
            Save(inputs[0]);
            Save(joined);
            return [inputs[0].Linear(joined)];
        }

        protected override Tensor?[] Backward(Tensor[] gradOutputs)
        {
            var (input, weights) = (Saved[0], Saved[1]);
            var gradient = gradOutputs[0];
            var parts = (int)(weights.Size(0) / width);
            var gradients = new Tensor?[1 + parts];
            gradients[0] = NeedsGradient(0) ? gradient.MatMul(weights) : null;
            if (Enumerable.Range(1, parts).Any(NeedsGradient))
            {
                var all = gradient.Transpose(0, 1).MatMul(input).To(DType.Float32);
                for (var part = 0; part < parts; part++)
                {
                    gradients[1 + part] = all.Narrow(0, part * width, width);
                }
            }

            return gradients;
        }
    }
}
