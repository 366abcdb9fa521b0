using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>A region in which matrix products run in a shorter float type, while weights stay as they are.</summary>
/// <remarks>
/// On the CPU, softmax, GELU, LayerNorm and dropout keep their input's dtype, and losses are computed in float32.
/// Weights are cast once and kept until the outermost region ends. Leave the region before the backward pass.
/// </remarks>
public sealed class Autocast : IDisposable
{
    private readonly AutocastState before;
    private bool disposed;

    private Autocast(Device device, DType dtype, bool enabled) =>
        TorchException.ThrowIf(Native.EnterAutocast(device.Name, (int)dtype, enabled ? 1 : 0, out before), nameof(Autocast));

    /// <summary>Begins a region on this thread; it ends when the result is disposed, on the same thread.</summary>
    /// <param name="device">The kind of device whose operators are meant.</param>
    /// <param name="dtype"><see cref="DType.BFloat16"/>, or <see cref="DType.Float16"/> on a GPU.</param>
    /// <param name="enabled">False switches an outer region off for a while.</param>
    /// <exception cref="TorchException">libtorch has no autocast for this device.</exception>
    public static Autocast Enter(Device device, DType dtype, bool enabled = true) => new(device, dtype, enabled);

    /// <summary>Sets what held before.</summary>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            TorchException.ThrowIf(Native.ExitAutocast(before), nameof(Autocast));
        }
    }
}
