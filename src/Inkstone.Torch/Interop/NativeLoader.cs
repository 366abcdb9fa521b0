using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Inkstone.Torch.Interop;

/// <summary>Finds the gate's shared library and prepares the process for libtorch before it loads.</summary>
internal static partial class NativeLoader
{
    private const string FileName = "libinkstone_torch.so";
    internal const string OpenMPBlasFolder = "/usr/lib/x86_64-linux-gnu/openblas-openmp";

    /// <summary>The kernels of OpenBLAS that this processor can run best, by the name that OpenBLAS gives them; null leaves the choice to it.</summary>
    internal static string? OpenBlasKernels { get; } =
        Avx512F.IsSupported && Avx512BW.IsSupported && Avx512CD.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported ? "SkylakeX"
        : Avx2.IsSupported && Fma.IsSupported ? "Haswell"
        : null;

    // Every export asks for its library once; only the first of them loads it.
    private static readonly Lazy<nint> Handle = new(() =>
    {
        var path = Find(AppContext.BaseDirectory, Environment.GetEnvironmentVariable("INKSTONE_NATIVE"));
        PrepareEnvironment();
        PreferOpenMPBlas();
        return Load(path);
    });

    internal static nint Resolve(string library, Assembly assembly, DllImportSearchPath? searchPath) =>
        library == Native.Library ? Handle.Value : 0;

    /// <exception cref="DllNotFoundException">It is no library, or the libtorch that it was built for is gone.</exception>
    internal static nint Load(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            var detail = exception.Message.ReplaceLineEndings(" ").Trim();
            throw new DllNotFoundException($"{path} does not load: {detail} `./inkstone setup` rebuilds it for the libtorch of this machine.", exception);
        }
    }

    /// <summary>Beside the program, where <c>INKSTONE_NATIVE</c> says, or in <c>artifacts/native</c> of a parent folder.</summary>
    /// <exception cref="DllNotFoundException">It is in none of these places.</exception>
    internal static string Find(string baseDirectory, string? named)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named)
                ? named
                : throw new DllNotFoundException($"INKSTONE_NATIVE names {named}, but no such file exists. Unset it, or point it at {FileName}; `./inkstone setup` builds one.");
        }

        var beside = Path.Combine(baseDirectory, FileName);
        if (File.Exists(beside))
        {
            return beside;
        }

        for (var folder = new DirectoryInfo(baseDirectory); folder is not null; folder = folder.Parent)
        {
            var built = Path.Combine(folder.FullName, "artifacts", "native", FileName);
            if (File.Exists(built))
            {
                return built;
            }
        }

        throw new DllNotFoundException(
            $"{FileName} was not found beside the program ({baseDirectory}) nor in artifacts/native of a folder above it. `./inkstone setup` builds it; INKSTONE_NATIVE may name the file.");
    }

    // .NET keeps its own copy of the environment; native libraries read libc's, so that is the one to change.
    private static void PrepareEnvironment()
    {
        // Some shells pin OpenBLAS to an older processor's kernels, and an OpenBLAS that is older than the processor takes it for
        // one of 2004: on an Emerald Rapids, float32 products at a fifth of their speed. So it is told what to use.
        _ = OpenBlasKernels is { } kernels ? Libc.SetEnv("OPENBLAS_CORETYPE", kernels, overwrite: 1) : Libc.UnsetEnv("OPENBLAS_CORETYPE");
        _ = Libc.UnsetEnv("OPENBLAS_L2_SIZE");
        _ = Libc.SetEnv("OMP_NUM_THREADS", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture), overwrite: 0);

        // libgomp's threads spin for milliseconds before they sleep. With other work on the cores that slows a small model's step
        // ten times and more, because a spinning thread keeps the one it waits for from running.
        _ = Libc.SetEnv("GOMP_SPINCOUNT", "1000", overwrite: 0);
    }

    // Debian's libtorch asks for libblas.so.3 and liblapack.so.3, which lead to whichever OpenBLAS the system prefers.
    // The pthread build fights libtorch's OpenMP threads for the cores (a 2048×768×3072 product took 35 ms, not 24). A library
    // that is loaded already under the wanted name wins, so the OpenMP build is loaded first, where it is installed.
    private static void PreferOpenMPBlas()
    {
        foreach (var name in (ReadOnlySpan<string>)["libopenblas.so.0", "libblas.so.3", "liblapack.so.3"])
        {
            var path = Path.Combine(OpenMPBlasFolder, name);
            if (File.Exists(path))
            {
                _ = NativeLibrary.TryLoad(path, out _);
            }
        }
    }
}

/// <summary>The C environment, which native libraries read.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvText(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnv(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    internal static partial int MallOpt(int parameter, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    internal static partial int MallocTrim(nuint pad);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int UnsetEnv(string name);

    internal static string? GetEnv(string name) => Marshal.PtrToStringUTF8(GetEnvText(name));
}
