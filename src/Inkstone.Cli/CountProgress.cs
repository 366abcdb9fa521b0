using System.Diagnostics;
using System.Globalization;

namespace Inkstone.Cli;

/// <summary>How many rows are done, and how fast, on one line that rewrites itself; nothing where the output is no terminal.</summary>
internal sealed class CountProgress(Terminal terminal, string what) : IDisposable
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan shown;
    private long done;

    public void Add(int count)
    {
        done += count;
        if (terminal.ShowsProgress && clock.Elapsed - shown > TimeSpan.FromMilliseconds(100))
        {
            shown = clock.Elapsed;
            terminal.Rewrite(string.Create(CultureInfo.InvariantCulture, $"{what} {done} rows, {done / clock.Elapsed.TotalSeconds:0.0} a second"));
        }
    }

    public void Dispose()
    {
        if (shown > TimeSpan.Zero)
        {
            terminal.ClearLine();
        }
    }
}
