using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Inkstone.Torch.Interop;

/// <summary>The exports of <c>native/inkstone_torch.cpp</c>, one to one. An <c>int</c> named status is 0, or 1 with a message in <see cref="Error"/>.</summary>
internal static unsafe partial class Native
{
    internal const string Library = "inkstone_torch";

    [SuppressMessage("Performance", "CA1810", Justification = "The resolver must stand before the first call, whichever that is.")]
    static Native() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, NativeLoader.Resolve);

    [LibraryImport(Library, EntryPoint = "ink_error")]
    private static partial byte* ErrorText();

    [LibraryImport(Library, EntryPoint = "ink_set_error")]
    private static partial void SetErrorText(byte* text, int length);

    [LibraryImport(Library, EntryPoint = "ink_operator_find", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int FindOperator(string name, string overload, out nint handle);

    [LibraryImport(Library, EntryPoint = "ink_operator_schema")]
    private static partial byte* SchemaText(nint handle);

    [LibraryImport(Library, EntryPoint = "ink_operator_call")]
    internal static partial int Call(nint handle, NativeValue* arguments, int argumentCount, NativeValue* results, int capacity, out int count);

    [LibraryImport(Library, EntryPoint = "ink_list_free")]
    internal static partial void FreeList(nint* handles);

    [LibraryImport(Library, EntryPoint = "ink_live_tensors"), SuppressGCTransition]
    internal static partial long LiveTensors();

    [LibraryImport(Library, EntryPoint = "ink_tensor_free")]
    internal static partial void Free(nint tensor);

    [LibraryImport(Library, EntryPoint = "ink_tensor_dim"), SuppressGCTransition]
    internal static partial int Dim(nint tensor);

    [LibraryImport(Library, EntryPoint = "ink_tensor_numel"), SuppressGCTransition]
    internal static partial long NumElements(nint tensor);

    [LibraryImport(Library, EntryPoint = "ink_tensor_dtype"), SuppressGCTransition]
    internal static partial int DType(nint tensor);

    [LibraryImport(Library, EntryPoint = "ink_tensor_requires_grad"), SuppressGCTransition]
    internal static partial int RequiresGrad(nint tensor);

    [LibraryImport(Library, EntryPoint = "ink_tensor_clone_handle")]
    internal static partial int CloneHandle(nint tensor, out nint clone);

    [LibraryImport(Library, EntryPoint = "ink_tensor_from_bytes")]
    internal static partial int FromBytes(ReadOnlySpan<byte> data, long bytes, ReadOnlySpan<long> sizes, int dim, int dtype, out nint tensor);

    [LibraryImport(Library, EntryPoint = "ink_tensor_from_memory")]
    internal static partial int FromMemory(nint data, ReadOnlySpan<long> sizes, int dim, int dtype, delegate* unmanaged<nint, void> release, nint state, out nint tensor);

    [LibraryImport(Library, EntryPoint = "ink_tensor_sizes")]
    internal static partial int Sizes(nint tensor, Span<long> sizes);

    [LibraryImport(Library, EntryPoint = "ink_tensor_strides")]
    internal static partial int Strides(nint tensor, Span<long> strides);

    [LibraryImport(Library, EntryPoint = "ink_tensor_data")]
    internal static partial int Data(nint tensor, out nint data);

    [LibraryImport(Library, EntryPoint = "ink_tensor_is_contiguous")]
    internal static partial int IsContiguous(nint tensor, out int contiguous);

    [LibraryImport(Library, EntryPoint = "ink_tensor_device")]
    internal static partial int Device(nint tensor, Span<byte> name, int capacity);

    [LibraryImport(Library, EntryPoint = "ink_tensor_set_requires_grad")]
    internal static partial int SetRequiresGrad(nint tensor, int on);

    [LibraryImport(Library, EntryPoint = "ink_tensor_grad")]
    internal static partial int Grad(nint tensor, out nint grad);

    [LibraryImport(Library, EntryPoint = "ink_tensor_set_grad")]
    internal static partial int SetGrad(nint tensor, nint grad);

    [LibraryImport(Library, EntryPoint = "ink_backward")]
    internal static partial int Backward(ReadOnlySpan<nint> outputs, ReadOnlySpan<nint> gradients, int count, int retainGraph, int createGraph);

    [LibraryImport(Library, EntryPoint = "ink_grad")]
    internal static partial int GradOf(
        ReadOnlySpan<nint> outputs, ReadOnlySpan<nint> gradients, int outputCount, ReadOnlySpan<nint> inputs, int inputCount,
        int retainGraph, int createGraph, int allowUnused, Span<nint> results);

    [LibraryImport(Library, EntryPoint = "ink_grad_mode"), SuppressGCTransition]
    internal static partial int GradMode();

    [LibraryImport(Library, EntryPoint = "ink_set_grad_mode"), SuppressGCTransition]
    internal static partial void SetGradMode(int on);

    [LibraryImport(Library, EntryPoint = "ink_autograd_connect", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Connect(
        string name, ReadOnlySpan<nint> inputs, int inputCount, ReadOnlySpan<nint> outputs, int outputCount, nint state,
        delegate* unmanaged<nint, nint*, int, byte*, nint*, int, int> backward, delegate* unmanaged<nint, void> release, Span<nint> results);

    [LibraryImport(Library, EntryPoint = "ink_autocast_enter", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int EnterAutocast(string device, int dtype, int enabled, out AutocastState before);

    [LibraryImport(Library, EntryPoint = "ink_autocast_exit")]
    internal static partial int ExitAutocast(in AutocastState before);

    [LibraryImport(Library, EntryPoint = "ink_manual_seed")]
    internal static partial int ManualSeed(ulong seed);

    [LibraryImport(Library, EntryPoint = "ink_generator_new", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int NewGenerator(string device, ulong seed, out nint generator);

    [LibraryImport(Library, EntryPoint = "ink_generator_free")]
    internal static partial void FreeGenerator(nint generator);

    [LibraryImport(Library, EntryPoint = "ink_generator_state")]
    internal static partial int GeneratorState(nint generator, out nint state);

    [LibraryImport(Library, EntryPoint = "ink_generator_set_state")]
    internal static partial int SetGeneratorState(nint generator, nint state);

    [LibraryImport(Library, EntryPoint = "ink_version")]
    private static partial byte* VersionText();

    [LibraryImport(Library, EntryPoint = "ink_threads")]
    internal static partial int Threads();

    [LibraryImport(Library, EntryPoint = "ink_set_threads")]
    internal static partial int SetThreads(int count);

    [LibraryImport(Library, EntryPoint = "ink_cuda_devices")]
    internal static partial int CudaDevices(out int count);

    [LibraryImport(Library, EntryPoint = "ink_configuration")]
    private static partial byte* ConfigurationText();

    /// <summary>The message of this thread's last failed call.</summary>
    internal static string Error => Text(ErrorText());

    internal static string Version => Text(VersionText());

    internal static string Configuration => Text(ConfigurationText());

    internal static string Schema(nint handle) => Text(SchemaText(handle));

    /// <summary>Leaves a managed failure's message for native code to throw.</summary>
    internal static void SetError(string message)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(message);
        fixed (byte* text = utf8)
        {
            SetErrorText(text, utf8.Length);
        }
    }

    private static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";
}

/// <summary>What autocast was set to before a region began.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AutocastState
{
    internal int Device;
    internal int Enabled;
    internal int DType;
}
