using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>A source of chance of one's own, apart from libtorch's shared one. Same seed, same numbers.</summary>
public sealed class Generator : IDisposable
{
    private nint handle;

    /// <summary>Starts one.</summary>
    /// <param name="seed">Where it starts.</param>
    /// <param name="device">For tensors on which device it draws; default the CPU.</param>
    public Generator(long seed, Device? device = null) =>
        TorchException.ThrowIf(Native.NewGenerator((device ?? Device.Cpu).Name, unchecked((ulong)seed), out handle), nameof(Generator));

    /// <summary>All that decides the numbers to come, to be stored and set again.</summary>
    /// <exception cref="TorchException">Set to bytes that are no generator's state.</exception>
    public byte[] State
    {
        get
        {
            TorchException.ThrowIf(Native.GeneratorState(Handle, out var state), nameof(State));
            using var bytes = new Tensor(state);
            return bytes.ToArray<byte>();
        }
        set
        {
            using var bytes = Tensor.From<byte>(value, value.Length);
            TorchException.ThrowIf(Native.SetGeneratorState(Handle, bytes.Handle), nameof(State));
        }
    }

    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(handle == 0, this);
            return handle;
        }
    }

    /// <summary>Frees it. Twice is once.</summary>
    public void Dispose()
    {
        var freed = Interlocked.Exchange(ref handle, 0);
        if (freed != 0)
        {
            Native.FreeGenerator(freed);
        }
    }
}
