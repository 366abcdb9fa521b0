namespace Inkstone.Cli;

/// <summary>Where progress goes: a line that rewrites itself ten times a second where that can be, else a plain line every half minute.</summary>
internal sealed class ProgressOutput(Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(30);

    private readonly long began = time.GetTimestamp();
    private TimeSpan shown = TimeSpan.Zero;

    /// <summary>Since the beginning.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(began);

    /// <summary>Columns that there are; <see cref="int.MaxValue"/> where the output is no terminal.</summary>
    public int Width => terminal.ShowsProgress ? terminal.LineWidth : int.MaxValue;

    /// <summary>Whether the next line is due.</summary>
    public bool IsTime => Elapsed - shown >= (terminal.ShowsProgress ? Refresh : PlainInterval);

    /// <summary>Counts the interval from now on.</summary>
    public void Restart() => shown = Elapsed;

    /// <summary>Shows a line in the place of the one before.</summary>
    public void Show(string line)
    {
        Restart();
        if (terminal.ShowsProgress)
        {
            terminal.Rewrite(line);
        }
        else
        {
            terminal.Note(line);
        }
    }
}
