using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

public sealed partial class Tensor
{
    /// <summary>Whether gradients are followed through it. Set it on leaves, such as weights.</summary>
    /// <exception cref="TorchException">Set on an integer tensor, or cleared on one that has a history.</exception>
    public bool RequiresGrad
    {
        get => Native.RequiresGrad(Handle) != 0;
        set => TorchException.ThrowIf(Native.SetRequiresGrad(Handle, value ? 1 : 0), nameof(RequiresGrad), this);
    }

    /// <summary>The gradient that backward passes have added up, or null. Each reading is a new handle of the same memory, to be disposed.</summary>
    public Tensor? Grad
    {
        get
        {
            TorchException.ThrowIf(Native.Grad(Handle, out var grad), nameof(Grad), this);
            return grad != 0 ? new Tensor(grad) : null;
        }
        set => TorchException.ThrowIf(Native.SetGrad(Handle, value?.Handle ?? 0), nameof(Grad), this);
    }

    /// <summary>Adds this tensor's gradients to the leaves that it came from.</summary>
    /// <param name="gradient">The gradient of this tensor itself, of its shape; may be left out for a single number.</param>
    /// <param name="retainGraph">Keeps the graph for another pass.</param>
    /// <exception cref="TorchException">There is nothing to follow, the graph is gone already, or an <see cref="AutogradFunction"/> failed.</exception>
    public void Backward(Tensor? gradient = null, bool retainGraph = false) =>
        Autograd.Backward([this], gradient is null ? [] : [gradient], retainGraph);
}
