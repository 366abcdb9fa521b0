using Inkstone.Torch;

namespace Inkstone.Checkpoints;

/// <summary>Where models live when nobody says otherwise.</summary>
public static class ComputeDevice
{
    /// <summary>The first GPU that libtorch sees, or else the processor.</summary>
    public static Device Default => TorchRuntime.CudaDeviceCount > 0 ? Device.Cuda(0) : Device.Cpu;
}
