using System.CommandLine;

namespace Inkstone.Cli;

/// <summary>Options that every verb takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "No progress and no notes on standard error; results and errors stay.", Recursive = true };
    public static readonly Option<bool> Verbose = new("--verbose") { Description = "Say more: an error's stack trace, every step of training.", Recursive = true };
    public static readonly Option<bool> NoColor = new("--no-color") { Description = "No colors (also the environment variable NO_COLOR).", Recursive = true };

    public static void AddTo(Command root)
    {
        root.Add(Quiet);
        root.Add(Verbose);
        root.Add(NoColor);
    }
}
