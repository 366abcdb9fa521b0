using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>Whether operators on this thread are remembered for a backward pass.</summary>
public readonly struct GradMode : IDisposable
{
    private readonly bool before;

    private GradMode(bool enabled)
    {
        before = IsEnabled;
        Native.SetGradMode(enabled ? 1 : 0);
    }

    /// <summary>Whether they are now. True unless something says otherwise.</summary>
    public static bool IsEnabled => Native.GradMode() != 0;

    /// <summary>Nothing is remembered until the result is disposed, on the same thread.</summary>
    public static GradMode NoGrad() => new(enabled: false);

    /// <summary>As said, until the result is disposed, on the same thread.</summary>
    public static GradMode Enable(bool enabled = true) => new(enabled);

    /// <summary>Sets what held before.</summary>
    public void Dispose() => Native.SetGradMode(before ? 1 : 0);
}
