using System.Diagnostics;
using Inkstone.Tests;
using Inkstone.Torch.Interop;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Interop;

public sealed class NativeLoaderTests
{
    [Fact]
    public void Load_Always_LeavesTheCEnvironmentPutRight()
    {
        TorchRuntime.Version.ShouldNotBeEmpty();

        Libc.GetEnv("OPENBLAS_CORETYPE").ShouldBe(NativeLoader.OpenBlasKernels);
        Libc.GetEnv("OPENBLAS_L2_SIZE").ShouldBeNull();
        Libc.GetEnv("OMP_NUM_THREADS").ShouldBe(
            Environment.GetEnvironmentVariable("OMP_NUM_THREADS") ?? FormattableString.Invariant($"{Environment.ProcessorCount}"));
    }

    [Fact]
    public void Load_InAChildThatPinsOpenBlas_UndoesIt()
    {
        RunInAChild(
            nameof(Load_Always_LeavesTheCEnvironmentPutRight),
            ("OPENBLAS_CORETYPE", "Nehalem"), ("OPENBLAS_L2_SIZE", "512"), ("OMP_NUM_THREADS", "1"));
    }

    [Fact]
    public void Load_WhereTheOpenMPBlasIsInstalled_UsesThatAlone()
    {
        Assert.SkipUnless(Directory.Exists(NativeLoader.OpenMPBlasFolder), "libopenblas0-openmp is not installed");
        Tensor.Ones([64, 64]).MatMul(Tensor.Ones([64, 64])).Dispose();
        var loaded = File.ReadLines("/proc/self/maps")
            .Where(line => line.Contains("blas", StringComparison.Ordinal))
            .Select(line => Path.GetDirectoryName(line[line.IndexOf('/', StringComparison.Ordinal)..])).Distinct();

        loaded.ShouldBe([NativeLoader.OpenMPBlasFolder]);
    }

    [Fact]
    public void Load_WhereTheSystemPrefersAnotherBlas_StillUsesTheOpenMPOne() =>
        RunInAChild(nameof(Load_WhereTheOpenMPBlasIsInstalled_UsesThatAlone), ("LD_LIBRARY_PATH", "/usr/lib/x86_64-linux-gnu/blas"));

    [Fact]
    public void Find_BuiltInThisCheckout_IsFoundFromBelow() =>
        NativeLoader.Find(Path.Combine(Repo.Root, "artifacts", "bin", "anything"), null)
            .ShouldBe(Path.Combine(Repo.Root, "artifacts", "native", "libinkstone_torch.so"));

    [Fact]
    public void Find_BesideTheProgram_GoesFirst()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var file = Path.Combine(folder, "libinkstone_torch.so");
        File.WriteAllText(file, "");

        NativeLoader.Find(folder, null).ShouldBe(file);
        NativeLoader.Find("/", file).ShouldBe(file);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Find_Nowhere_SaysWhereItLookedAndWhatToDo()
    {
        var message = Should.Throw<DllNotFoundException>(() => NativeLoader.Find("/usr", null)).Message;

        message.ShouldBe("libinkstone_torch.so was not found beside the program (/usr) nor in artifacts/native of a folder above it. `./inkstone setup` builds it; INKSTONE_NATIVE may name the file.");
    }

    [Fact]
    public void Find_NamedButMissing_SaysSo() =>
        Should.Throw<DllNotFoundException>(() => NativeLoader.Find("/usr", "/nowhere/gate.so")).Message.ShouldStartWith("INKSTONE_NATIVE names /nowhere/gate.so, but no such file exists.");

    [Fact]
    public void Load_OfAFileThatIsNoLibrary_SaysWhatToDo()
    {
        var file = Path.GetTempFileName();

        var message = Should.Throw<DllNotFoundException>(() => NativeLoader.Load(file)).Message;

        message.ShouldStartWith($"{file} does not load: ");
        message.ShouldEndWith("`./inkstone setup` rebuilds it for the libtorch of this machine.");
        File.Delete(file);
    }

    [Fact]
    public void FirstUse_WithoutTheLibrary_FailsWithTheLoadersOwnSentence()
    {
        var (exitCode, output) = RunChild(nameof(Load_Always_LeavesTheCEnvironmentPutRight), ("INKSTONE_NATIVE", "/nowhere/gate.so"));

        exitCode.ShouldNotBe(0);
        output.ShouldContain("System.DllNotFoundException : INKSTONE_NATIVE names /nowhere/gate.so, but no such file exists.");
    }

    private static void RunInAChild(string test, params (string Name, string Value)[] environment)
    {
        var (exitCode, output) = RunChild(test, environment);

        output.ShouldContain("Total: 1, Errors: 0, Failed: 0");
        exitCode.ShouldBe(0);
    }

    private static (int ExitCode, string Output) RunChild(string test, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.ArgumentList.Add("-noColor");
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(NativeLoaderTests).FullName}.{test}");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return (child.ExitCode, output);
    }
}
