using System.Diagnostics;
using System.Globalization;
using Inkstone.Tracking;

namespace Inkstone.Cli;

/// <summary>
/// A run on standard error: one line that rewrites itself where that is a terminal, else a plain line every half minute;
/// and a line for each evaluation.
/// </summary>
internal sealed class TrainingProgress(Terminal terminal) : IRunObserver, IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(30);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan shown = TimeSpan.Zero;
    private double? averageLoss;
    private bool lineIsOpen;

    public void Notice(string message)
    {
        ClearLine();
        terminal.Note(message);
    }

    public void StepDone(StepRecord record)
    {
        averageLoss = averageLoss is { } average ? (0.95 * average) + (0.05 * record.Loss) : record.Loss;
        var isLast = record.Step == record.TotalSteps;
        if (terminal.IsVerbose && !terminal.ShowsProgress)
        {
            terminal.Note(Describe(record));
        }
        else if (IsTime() || isLast)
        {
            Show(string.Create(CultureInfo.InvariantCulture, $"{Bar(record.Step, record.TotalSteps)} {Describe(record)}"));
        }
    }

    public void StepLogged(StepRecord record)
    {
    }

    public void EvaluationProgress(string split, int done, int total)
    {
        if (terminal.ShowsProgress && IsTime())
        {
            Show(string.Create(CultureInfo.InvariantCulture, $"{Bar(done, total)} evaluating on {split}: {done}/{total}"));
        }
    }

    public void Evaluated(EvaluationRecord record)
    {
        ClearLine();
        terminal.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {record.Epoch:0.##}, {record.Split}: loss {record.Metrics.Loss:0.0000}, accuracy {record.Metrics.Accuracy:0.0000}, macro-F1 {record.Metrics.MacroF1:0.0000} ({record.SamplesPerSecond:0} samples/s)"));
    }

    public void Finish() => ClearLine();

    public void Dispose() => ClearLine();

    private bool IsTime() => clock.Elapsed - shown >= (terminal.ShowsProgress ? Refresh : PlainInterval);

    private string Describe(StepRecord record)
    {
        var left = record.Seconds / record.Step * (record.TotalSteps - record.Step);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {record.Step}/{record.TotalSteps}  epoch {record.Epoch:0.00}  loss {averageLoss:0.0000}  lr {record.LearningRate:0.00e-00}  {record.SamplesPerSecond:0.0} samples/s  {record.TokensPerSecond:0} tokens/s  {TimeSpan.FromSeconds(left):h\\:mm\\:ss} left");
    }

    private static string Bar(long done, long total)
    {
        var filled = (int)(BarWidth * done / Math.Max(1, total));
        return new string('█', filled) + new string('░', BarWidth - filled);
    }

    private void Show(string line)
    {
        shown = clock.Elapsed;
        if (!terminal.ShowsProgress)
        {
            terminal.Note(line);
            return;
        }

        var width = terminal.Notes.Profile.Width - 1;
        Console.Error.Write("\r" + (line.Length > width ? line[..width] : line.PadRight(width)));
        lineIsOpen = true;
    }

    private void ClearLine()
    {
        if (lineIsOpen)
        {
            Console.Error.Write("\r" + new string(' ', terminal.Notes.Profile.Width - 1) + "\r");
            lineIsOpen = false;
        }
    }
}
