using Inkstone.Torch.Interop;

namespace Inkstone.Torch;

/// <summary>libtorch as a whole: what it is, what it may use. It loads at the first use of anything that needs it.</summary>
/// <remarks>
/// Before it loads, <c>OPENBLAS_CORETYPE</c> is set to what the processor can do, <c>OPENBLAS_L2_SIZE</c> is undone, <c>GOMP_SPINCOUNT</c> is made small and
/// <c>OMP_NUM_THREADS</c> is set to the cores that this process may use unless the user set it, and the OpenMP build of OpenBLAS goes before the system's choice.
/// </remarks>
public static class TorchRuntime
{
    private static readonly Lazy<bool> CpuBFloat16 = new(() => HasBFloat16(CpuInfo));
    private static readonly Lazy<bool> CpuFastBFloat16 = new(() => IsFasterInBFloat16(CpuInfo));

    /// <summary>Starts loading libtorch on another thread and returns at once; it takes some 0.4 s, in which files can be read.</summary>
    /// <remarks>What goes wrong is said by the first use that needs it.</remarks>
    public static void LoadInBackground() => ThreadPool.QueueUserWorkItem(_ =>
    {
        try
        {
            _ = Native.Version;
        }
        catch (DllNotFoundException)
        {
        }
    });

    /// <summary>libtorch's version, such as <c>1.13.0</c>.</summary>
    public static string Version => Native.Version;

    /// <summary>libtorch's own words on its build, its libraries and the instructions it uses here; several lines.</summary>
    public static string Configuration => Native.Configuration;

    /// <summary>Threads that one operator may use on the CPU.</summary>
    /// <exception cref="TorchException">Set below 1.</exception>
    public static int ThreadCount
    {
        get => Native.Threads();
        set => TorchException.ThrowIf(Native.SetThreads(value), nameof(ThreadCount));
    }

    /// <summary>GPUs that libtorch can use; 0 in a build without CUDA.</summary>
    public static int CudaDeviceCount
    {
        get
        {
            TorchException.ThrowIf(Native.CudaDevices(out var count), nameof(CudaDeviceCount));
            return count;
        }
    }

    /// <summary>Tensors of this process that are not disposed.</summary>
    public static long LiveTensorCount => Tensor.LiveCount;

    /// <summary>Whether the processor multiplies bfloat16 itself (avx512_bf16 or amx_bf16). Does not load libtorch.</summary>
    public static bool CpuHasBFloat16 => CpuBFloat16.Value;

    /// <summary>
    /// Whether it multiplies bfloat16 faster than float32: with amx_bf16, or with AMD's avx512_bf16. Intel's avx512_bf16 by itself
    /// (a virtual machine may hide amx) starts one product every other cycle, half as fast as float32. Does not load libtorch.
    /// </summary>
    public static bool CpuIsFasterInBFloat16 => CpuFastBFloat16.Value;

    /// <summary>Seeds libtorch's shared generators, on every device.</summary>
    public static void ManualSeed(long seed) => TorchException.ThrowIf(Native.ManualSeed(unchecked((ulong)seed)), nameof(ManualSeed));

    internal static bool HasBFloat16(IEnumerable<string> cpuInfo) => Flags(cpuInfo).Any(flag => flag is "avx512_bf16" or "amx_bf16");

    internal static bool IsFasterInBFloat16(IEnumerable<string> cpuInfo)
    {
        var flags = Flags(cpuInfo);
        return flags.Contains("amx_bf16") || (flags.Contains("avx512_bf16") && Words(cpuInfo, "vendor_id").Contains("AuthenticAMD"));
    }

    private static IEnumerable<string> CpuInfo => File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : [];

    private static string[] Flags(IEnumerable<string> cpuInfo) => Words(cpuInfo, "flags");

    /// <summary>The words of the first line of that name: every processor's are the same.</summary>
    private static string[] Words(IEnumerable<string> cpuInfo, string name) =>
        cpuInfo.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(' ', '\t') ?? [];
}
