namespace Inkstone.Torch.Nn;

/// <summary>A tensor that training changes, under the name that the state dict gives it inside its module.</summary>
public sealed class Parameter
{
    internal Parameter(string name, Tensor value)
    {
        Name = name;
        Value = value;
        Value.RequiresGrad = true;
    }

    /// <summary>For example <c>weight</c>; the path of the modules around it comes before.</summary>
    public string Name { get; }

    /// <summary>The tensor; the module owns it.</summary>
    public Tensor Value { get; private set; }

    /// <summary>Keeps the value in another dtype from now on, for inference only: it no longer takes gradients.</summary>
    internal void Cast(DType dtype)
    {
        if (Value.DType == dtype)
        {
            return;
        }

        using (GradMode.NoGrad())
        using (var scope = TensorScope.New())
        {
            Replace(scope.Keep(Value.Detach().To(dtype)));
        }
    }

    /// <summary>Takes another tensor in place of its own, which is disposed; for inference only.</summary>
    internal void Replace(Tensor value)
    {
        Value.Dispose();
        Value = value;
    }
}
