using System.Diagnostics;
using Inkstone.Torch.Serialization;
using Shouldly;
using Xunit;

namespace Inkstone.Torch.Tests.Serialization;

/// <summary>A file system of one megabyte, where the process may mount one.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly bool isMounted;

    public FullDiskTests()
    {
        isMounted = Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=1m", "inkstone-test", folder.Path);
        if (!isMounted)
        {
            folder.Dispose();
        }
    }

    public void Dispose()
    {
        if (isMounted)
        {
            Run("umount", "-l", folder.Path).ShouldBeTrue();
            folder.Dispose();
        }
    }

    [Fact]
    public void WriteFile_DiskFills_KeepsTheOldContentAndFreesTheRest()
    {
        Assert.SkipUnless(isMounted, "Needs root and the right to mount a tmpfs.");
        SafetensorsWriter.Write(folder["model.safetensors"], [SampleTensors.Of("w", DType.Float32, 100_000)]);

        Should.Throw<IOException>(() =>
            SafetensorsWriter.Write(folder["model.safetensors"], [SampleTensors.Of("w", DType.Float32, 200_000)]))
            .Message.ShouldContain("No space left on device");

        using var weights = SafetensorsReader.Open(folder["model.safetensors"]);
        SafetensorsWriterTests.ShouldEqual(weights["w"], SampleTensors.Of("w", DType.Float32, 100_000));
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBe([folder["model.safetensors"]]);
        SafetensorsWriter.Write(folder["small.safetensors"], [SampleTensors.Of("w", DType.Float32, 100_000)]);
    }

    [Fact]
    public void WriteFolder_DiskFills_KeepsTheOldFolderAndFreesTheRest()
    {
        Assert.SkipUnless(isMounted, "Needs root and the right to mount a tmpfs.");
        AtomicFolder.Write(folder["best"], path => File.WriteAllText(Path.Combine(path, "a"), "old"));

        Should.Throw<IOException>(() => AtomicFolder.Write(folder["best"], path =>
        {
            File.WriteAllText(Path.Combine(path, "a"), "new");
            File.WriteAllBytes(Path.Combine(path, "b"), new byte[2 << 20]);
        }));

        File.ReadAllText(folder["best/a"]).ShouldBe("old");
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBe([folder["best"]]);
        AtomicFolder.Write(folder["best"], path => File.WriteAllBytes(Path.Combine(path, "b"), new byte[900_000]));
        File.Exists(folder["best/a"]).ShouldBeFalse();
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
