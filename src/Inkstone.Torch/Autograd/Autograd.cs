using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>Derivatives of several tensors at once.</summary>
public static class Autograd
{
    private const int FewHandles = 32;

    /// <summary>Adds the outputs' gradients to the leaves that they came from.</summary>
    /// <param name="outputs">What to differentiate.</param>
    /// <param name="gradients">The gradient of each output, of its shape; none at all where every output is a single number.</param>
    /// <param name="retainGraph">Keeps the graph for another pass.</param>
    /// <param name="createGraph">Makes the gradients differentiable themselves.</param>
    /// <exception cref="TorchException">There is nothing to follow, or the graph is gone already.</exception>
    public static void Backward(ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor?> gradients = default, bool retainGraph = false, bool createGraph = false)
    {
        ThrowIfUneven(outputs.Length, gradients.Length);
        var outputHandles = Handles(outputs, stackalloc nint[FewHandles]);
        var gradientHandles = Handles(gradients, stackalloc nint[FewHandles]);
        TorchException.ThrowIf(
            Native.Backward(outputHandles, gradientHandles, outputs.Length, Flag(retainGraph || createGraph), Flag(createGraph)),
            nameof(Backward), outputs);
    }

    /// <summary>The derivatives of the outputs by the inputs; no leaf's <see cref="Tensor.Grad"/> changes.</summary>
    /// <param name="outputs">What to differentiate; summed.</param>
    /// <param name="inputs">By what.</param>
    /// <param name="gradOutputs">The gradient of each output, of its shape; none at all where every output is a single number.</param>
    /// <param name="retainGraph">Keeps the graph for another pass.</param>
    /// <param name="createGraph">Makes the derivatives differentiable themselves.</param>
    /// <returns>One tensor an input, of its shape.</returns>
    /// <exception cref="TorchException">An input had no part in the outputs, or there is nothing to follow.</exception>
    public static Tensor[] Grad(
        ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor?> gradOutputs = default, bool retainGraph = false, bool createGraph = false) =>
        Differentiate(outputs, inputs, gradOutputs, retainGraph, createGraph, allowUnused: false)!;

    /// <summary>As <see cref="Grad"/>, but null for an input that had no part in the outputs.</summary>
    /// <exception cref="TorchException">There is nothing to follow.</exception>
    public static Tensor?[] GradOrNull(
        ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor?> gradOutputs = default, bool retainGraph = false, bool createGraph = false) =>
        Differentiate(outputs, inputs, gradOutputs, retainGraph, createGraph, allowUnused: true);

    private static Tensor?[] Differentiate(
        ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor?> gradOutputs, bool retainGraph, bool createGraph, bool allowUnused)
    {
        ThrowIfUneven(outputs.Length, gradOutputs.Length);
        var outputHandles = Handles(outputs, stackalloc nint[FewHandles]);
        var inputHandles = Handles(inputs, stackalloc nint[FewHandles]);
        var gradientHandles = Handles(gradOutputs, stackalloc nint[FewHandles]);
        Span<nint> results = inputs.Length <= FewHandles ? stackalloc nint[FewHandles] : new nint[inputs.Length];
        TorchException.ThrowIf(
            Native.GradOf(
                outputHandles, gradientHandles, outputs.Length, inputHandles, inputs.Length,
                Flag(retainGraph || createGraph), Flag(createGraph), Flag(allowUnused), results),
            nameof(Grad), outputs);

        var gradients = new Tensor?[inputs.Length];
        for (var i = 0; i < gradients.Length; i++)
        {
            gradients[i] = results[i] != 0 ? new Tensor(results[i]) : null;
        }

        return gradients;
    }

    private static ReadOnlySpan<nint> Handles(ReadOnlySpan<Tensor?> tensors, Span<nint> few)
    {
        if (tensors.IsEmpty)
        {
            return default; // a null pointer: "none given"
        }

        var handles = tensors.Length <= few.Length ? few[..tensors.Length] : new nint[tensors.Length];
        Marshaller.Handles(tensors, handles);
        return handles;
    }

    private static void ThrowIfUneven(int outputs, int gradients)
    {
        if (gradients != 0 && gradients != outputs)
        {
            throw new ArgumentException($"{outputs} outputs need {outputs} gradients or none, but {gradients} were given.");
        }
    }

    private static int Flag(bool on) => on ? 1 : 0;
}
