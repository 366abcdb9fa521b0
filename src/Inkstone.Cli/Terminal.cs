using System.CommandLine;
using Spectre.Console;

namespace Inkstone.Cli;

/// <summary>Where a verb writes: results on standard output, everything else on standard error.</summary>
internal sealed class Terminal
{
    private readonly Lock gate = new();
    private readonly TextWriter error;
    private bool showsLine;

    public Terminal(ParseResult parsed)
    {
        error = Console.Error;
        IsQuiet = parsed.GetValue(GlobalOptions.Quiet);
        IsVerbose = parsed.GetValue(GlobalOptions.Verbose);
        var plain = parsed.GetValue(GlobalOptions.NoColor) || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        Results = Create(new TerminalOutput(Console.Out, ClosableWriter.StandardOutput, !Console.IsOutputRedirected), plain || Console.IsOutputRedirected, Console.IsOutputRedirected);
        Notes = Create(new TerminalOutput(Console.Error, ClosableWriter.StandardError, !Console.IsErrorRedirected), plain || Console.IsErrorRedirected, Console.IsErrorRedirected);
        ShowsProgress = !IsQuiet && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null);
    }

    /// <summary>One that writes into memory, for tests: standard error alone, with or without lines that rewrite themselves.</summary>
    internal Terminal(TextWriter error, bool showsProgress, int width = 80, bool isQuiet = false, bool isVerbose = false)
    {
        (this.error, ShowsProgress, IsQuiet, IsVerbose) = (error, showsProgress && !isQuiet, isQuiet, isVerbose);
        Results = Create(new AnsiConsoleOutput(TextWriter.Null), plain: true, redirected: true);
        Notes = Create(new AnsiConsoleOutput(error), plain: true, redirected: !showsProgress);
        Notes.Profile.Width = width;
    }

    /// <summary>Standard output.</summary>
    public IAnsiConsole Results { get; }

    /// <summary>Standard error.</summary>
    public IAnsiConsole Notes { get; }

    public bool IsQuiet { get; }

    public bool IsVerbose { get; }

    /// <summary>True where a line on standard error can be rewritten.</summary>
    public bool ShowsProgress { get; }

    /// <summary>Columns of a line that rewrites itself: one less than the terminal has, so that it never wraps.</summary>
    public int LineWidth => Math.Max(1, Notes.Profile.Width - 1);

    /// <summary>A sentence on standard error, unless quiet; as one line, whatever its length.</summary>
    public void Note(string message)
    {
        if (!IsQuiet)
        {
            lock (gate)
            {
                ClearLine();
                error.WriteLine(message);
            }
        }
    }

    /// <summary>Replaces the line that rewrites itself.</summary>
    public void Rewrite(string line)
    {
        var width = LineWidth;
        lock (gate)
        {
            showsLine = true;
            error.Write("\r" + (line.Length > width ? line[..width] : line.PadRight(width)));
        }
    }

    /// <summary>Takes the line that rewrites itself away, if there is one.</summary>
    public void ClearLine()
    {
        lock (gate)
        {
            if (showsLine)
            {
                showsLine = false;
                error.Write("\r" + new string(' ', LineWidth) + "\r");
            }
        }
    }

    private static IAnsiConsole Create(IAnsiConsoleOutput output, bool plain, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
            Out = output,
        });
        if (redirected)
        {
            console.Profile.Width = 1000; // nobody looks at it: let no table fold
        }

        return console;
    }
}
