using System.ComponentModel;
using System.Diagnostics;

namespace Inkstone.Checkpoints;

/// <summary>The user's own repository, if a run is started inside one.</summary>
internal static class GitCommit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The commit that is checked out where <paramref name="folder"/> lies; null where that is no repository, or git is not installed.</summary>
    public static string? Of(string folder)
    {
        var call = new ProcessStartInfo("git", ["-C", folder, "rev-parse", "--verify", "HEAD"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var git = Process.Start(call)!;
            var commit = git.StandardOutput.ReadToEndAsync();
            if (!git.WaitForExit(Patience))
            {
                git.Kill();
                return null;
            }

            return git.ExitCode == 0 ? commit.GetAwaiter().GetResult().Trim() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
