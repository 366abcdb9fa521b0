using System.Diagnostics;
using Xunit;

namespace Inkstone.Tests.Support;

/// <summary>A disk of a few kilobytes; the test is skipped where nobody may mount one.</summary>
internal sealed class TinyDisk : IDisposable
{
    public TinyDisk(string folder, string size)
    {
        Path = Directory.CreateDirectory(folder).FullName;
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", $"size={size}", "inkstone-test", Path]) { RedirectStandardError = true })!;
        mount.WaitForExit();
        Assert.SkipUnless(mount.ExitCode == 0, "needs the right to mount a small tmpfs (root)");
    }

    public string Path { get; }

    /// <summary>Everything on it, hidden files too.</summary>
    public string[] Entries => [.. Directory.EnumerateFileSystemEntries(Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })];

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        using var umount = Process.Start("umount", Path);
        umount.WaitForExit();
    }
}
