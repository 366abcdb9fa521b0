using System.Diagnostics;
using Inkstone.Hub;

namespace Inkstone.Cli;

/// <summary>
/// A download on standard error: one line that rewrites itself where that is a terminal, else a plain line every half minute;
/// and a line for each file that is done.
/// </summary>
internal sealed class DownloadProgress(Terminal terminal) : IHubObserver, IDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(30);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan begun, shown;
    private long presentAtBegin;
    private bool lineIsOpen;

    public void Notice(string message)
    {
        ClearLine();
        terminal.Note(message);
    }

    public void FileStarted(string file, long present, long? total)
    {
        (begun, shown, presentAtBegin) = (clock.Elapsed, clock.Elapsed, present);
        if (present > 0)
        {
            Notice($"{file}: {ProgressLine.Bytes(present)} are there from an earlier download; going on from there.");
        }
        else if (!terminal.ShowsProgress)
        {
            terminal.Note($"Downloading {file}{(total is { } bytes ? $" ({ProgressLine.Bytes(bytes)})" : "")}");
        }
    }

    public void FileProgress(string file, long done, long? total)
    {
        if (clock.Elapsed - shown < (terminal.ShowsProgress ? Refresh : PlainInterval))
        {
            return;
        }

        shown = clock.Elapsed;
        var rate = Math.Max(0, done - presentAtBegin) / Math.Max(1e-3, (clock.Elapsed - begun).TotalSeconds);
        if (terminal.ShowsProgress)
        {
            terminal.Rewrite(ProgressLine.Of(file, done, total, rate, terminal.LineWidth));
            lineIsOpen = true;
        }
        else
        {
            terminal.Note(ProgressLine.Of(file, done, total, rate, int.MaxValue));
        }
    }

    public void FileDone(string file, long bytes)
    {
        ClearLine();
        if (terminal.ShowsProgress)
        {
            terminal.Note($"Downloaded {file} ({ProgressLine.Bytes(bytes)})");
        }
    }

    public void Dispose() => ClearLine();

    private void ClearLine()
    {
        if (lineIsOpen)
        {
            terminal.ClearLine();
            lineIsOpen = false;
        }
    }
}
