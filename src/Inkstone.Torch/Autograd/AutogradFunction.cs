using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>An operator written in C#, forward and backward: one node of the autograd graph. Make one for each application.</summary>
/// <remarks>
/// Derive, keep in <see cref="Save"/> what <see cref="Backward"/> will need, and call <see cref="Apply"/>. What is saved
/// lives as long as the graph. The result cannot be differentiated twice (<c>createGraph</c> is refused).
/// </remarks>
public abstract class AutogradFunction
{
    private readonly List<Tensor> saved = [];
    private bool[] needed = [];
    private bool applied;

    /// <summary>Named in error messages.</summary>
    public string Name => GetType().Name;

    /// <summary>What <see cref="Save"/> kept, in its order.</summary>
    protected IReadOnlyList<Tensor> Saved => saved;

    /// <summary>Runs <see cref="Forward"/> and joins its outputs to the inputs' graph.</summary>
    /// <returns>The outputs; they belong to the current <see cref="TensorScope"/>, or to the caller.</returns>
    /// <exception cref="InvalidOperationException">This object was applied before.</exception>
    public Tensor[] Apply(params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (applied)
        {
            throw new InvalidOperationException($"A {Name} object stands for one application; make a new one for the next.");
        }

        applied = true;
        using var scope = TensorScope.New();
        try
        {
            Tensor[] outputs;
            using (GradMode.NoGrad())
            {
                outputs = Forward(inputs);
            }

            var connected = Connect(inputs, outputs);
            foreach (var output in connected)
            {
                scope.Keep(output);
            }

            return connected;
        }
        catch
        {
            ReleaseSaved();
            throw;
        }
    }

    /// <summary>Computes the outputs. Nothing is remembered for autograd here; tensors made on the way are freed after it.</summary>
    protected abstract Tensor[] Forward(Tensor[] inputs);

    /// <summary>Computes the inputs' gradients from the outputs'. Tensors made on the way are freed after it.</summary>
    /// <param name="gradOutputs">One an output, of its shape; zeros where nothing came back.</param>
    /// <returns>One an input, of its shape; null where there is none. <see cref="NeedsGradient"/> says which are wanted.</returns>
    /// <remarks>It may run on another thread (on GPUs). An exception's message reaches whoever called backward.</remarks>
    protected abstract Tensor?[] Backward(Tensor[] gradOutputs);

    /// <summary>Keeps a tensor for <see cref="Backward"/>, through a handle of its own.</summary>
    protected void Save(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var own = tensor.Alias();
        TensorScope.Release(own);
        saved.Add(own);
    }

    /// <summary>Within <see cref="Backward"/>: whether an input's gradient will be used.</summary>
    protected bool NeedsGradient(int input) => needed[input];

    internal void RunBackward(Tensor[] gradOutputs, ReadOnlySpan<byte> neededInputs, Span<nint> gradInputs)
    {
        needed = new bool[neededInputs.Length];
        for (var i = 0; i < needed.Length; i++)
        {
            needed[i] = neededInputs[i] != 0;
        }

        var gradients = Backward(gradOutputs);
        if (gradients.Length != gradInputs.Length)
        {
            throw new InvalidOperationException($"{Name}.Backward returned {gradients.Length} gradients for {gradInputs.Length} inputs.");
        }

        for (var i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is { } gradient && needed[i])
            {
                TorchException.ThrowIf(Native.CloneHandle(gradient.Handle, out gradInputs[i]), Name, gradient);
            }
        }
    }

    internal void ReleaseSaved()
    {
        foreach (var tensor in saved)
        {
            tensor.Dispose();
        }

        saved.Clear();
    }

    private Tensor[] Connect(Tensor[] inputs, Tensor[] outputs)
    {
        var inputHandles = new nint[inputs.Length];
        var outputHandles = new nint[outputs.Length];
        var results = new nint[outputs.Length];
        Marshaller.Handles(inputs, inputHandles);
        Marshaller.Handles(outputs, outputHandles);
        TorchException.ThrowIf(Callbacks.Connect(this, inputHandles, outputHandles, results), Name, inputs);
        return Array.ConvertAll(results, result => new Tensor(result));
    }
}
