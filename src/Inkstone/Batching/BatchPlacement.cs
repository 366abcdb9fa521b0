using Inkstone.Torch;

namespace Inkstone.Batching;

/// <summary>How a batch gets to where the model computes.</summary>
/// <param name="Device">Where to.</param>
/// <param name="Pins">By way of page-locked memory, so that the copy to a GPU runs beside what the GPU still computes.</param>
public readonly record struct BatchPlacement(Device Device, bool Pins)
{
    /// <summary>Plain copies.</summary>
    public static implicit operator BatchPlacement(Device device) => new(device, Pins: false);

    /// <summary>Plain copies to a device.</summary>
    public static BatchPlacement FromDevice(Device device) => device;

    /// <summary>What a recipe asks for: pinned memory where there is a GPU, unless told otherwise.</summary>
    public static BatchPlacement For(Device device, bool? pinMemory) => new(device, device.IsCuda && (pinMemory ?? true));

    internal Tensor Place(Tensor host) => Pins ? host.PinMemory().To(Device, nonBlocking: true) : host.To(Device);
}
