using System.Runtime.InteropServices;

namespace Inkstone.Torch.Interop;

/// <summary>The ways from native code back into managed code. Nothing may escape from here: an exception would end the process.</summary>
internal static unsafe class Callbacks
{
    internal static int FromMemory(nint data, ReadOnlySpan<long> shape, DType dtype, Action? release, out nint tensor)
    {
        var state = release is null ? 0 : GCHandle.ToIntPtr(GCHandle.Alloc(release));
        return Native.FromMemory(data, shape, shape.Length, (int)dtype, release is null ? null : &ReleaseMemory, state, out tensor);
    }

    internal static int Connect(AutogradFunction function, ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs, Span<nint> results)
    {
        var state = GCHandle.ToIntPtr(GCHandle.Alloc(function));
        return Native.Connect(function.Name, inputs, inputs.Length, outputs, outputs.Length, state, &Backward, &ReleaseFunction, results);
    }

    [UnmanagedCallersOnly]
    private static void ReleaseMemory(nint state)
    {
        var handle = GCHandle.FromIntPtr(state);
        var release = (Action)handle.Target!;
        handle.Free();
        try
        {
            release();
        }
#pragma warning disable CA1031 // Native code below cannot carry an exception; freeing memory has nobody to report to.
        catch (Exception)
        {
        }
#pragma warning restore CA1031
    }

    [UnmanagedCallersOnly]
    private static void ReleaseFunction(nint state)
    {
        var handle = GCHandle.FromIntPtr(state);
        var function = (AutogradFunction)handle.Target!;
        handle.Free();
        function.ReleaseSaved();
    }

    [UnmanagedCallersOnly]
    private static int Backward(nint state, nint* gradOutputs, int outputs, byte* needed, nint* gradInputs, int inputs)
    {
        try
        {
            using var scope = TensorScope.New();
            var gradients = new Tensor[outputs];
            for (var i = 0; i < outputs; i++)
            {
                gradients[i] = new Tensor(gradOutputs[i]);
            }

            var function = (AutogradFunction)GCHandle.FromIntPtr(state).Target!;
            function.RunBackward(gradients, new ReadOnlySpan<byte>(needed, inputs), new Span<nint>(gradInputs, inputs));
            return 0;
        }
#pragma warning disable CA1031 // The message goes on as a C++ exception, through libtorch, to whoever called backward.
        catch (Exception exception)
        {
            Native.SetError(exception.Message);
            return 1;
        }
#pragma warning restore CA1031
    }
}
