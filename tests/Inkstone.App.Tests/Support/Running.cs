using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Inkstone.Tests.Support;

/// <summary>What a test does with a process while it runs.</summary>
internal static partial class Running
{
    public const int SigHup = 1;
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    /// <summary>Sends a signal.</summary>
    public static void Signal(this Process process, int signal) => Assert.Equal(0, Kill(process.Id, signal));

    /// <summary>Waits for something that the process does; a minute without it is a failure, with what the process said.</summary>
    public static void WaitUntil(this Process process, Func<bool> isTrue)
    {
        var clock = Stopwatch.StartNew();
        while (!isTrue())
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(60))
            {
                process.Kill();
                Assert.Fail($"nothing happened in a minute: {CliRun.End(process).Stderr}");
            }

            Thread.Sleep(5);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
