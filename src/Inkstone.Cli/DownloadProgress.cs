using Inkstone.Hub;

namespace Inkstone.Cli;

/// <summary>
/// A download on standard error: one line that rewrites itself where that is a terminal, else a plain line every half minute;
/// and a line for each file that is done.
/// </summary>
internal sealed class DownloadProgress(Terminal terminal) : IHubObserver, IDisposable
{
    private readonly ProgressOutput output = new(terminal, TimeProvider.System);
    private TimeSpan begun;
    private long presentAtBegin;

    public void Notice(string message) => terminal.Note(message);

    public void FileStarted(string file, long present, long? total)
    {
        output.Restart();
        (begun, presentAtBegin) = (output.Elapsed, present);
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
        if (output.IsTime)
        {
            var rate = Math.Max(0, done - presentAtBegin) / Math.Max(1e-3, (output.Elapsed - begun).TotalSeconds);
            output.Show(ProgressLine.Of(file, done, total, rate, output.Width));
        }
    }

    public void FileDone(string file, long bytes)
    {
        terminal.ClearLine();
        if (terminal.ShowsProgress)
        {
            terminal.Note($"Downloaded {file} ({ProgressLine.Bytes(bytes)})");
        }
    }

    public void Dispose() => terminal.ClearLine();
}
