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
        if (terminal.IsVerbose)
        {
            ClearLine();
            terminal.Note(ProgressLine.Of(record, record.Loss, int.MaxValue));
        }
        else if (IsTime() || record.Step == record.TotalSteps)
        {
            Show(ProgressLine.Of(record, averageLoss.Value, terminal.ShowsProgress ? terminal.LineWidth : int.MaxValue));
        }
    }

    public void StepLogged(StepRecord record)
    {
    }

    public void EvaluationProgress(string split, int done, int total)
    {
        if (terminal.ShowsProgress && IsTime())
        {
            Show(ProgressLine.Of(split, done, total, terminal.LineWidth));
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

    private void Show(string line)
    {
        shown = clock.Elapsed;
        if (!terminal.ShowsProgress)
        {
            terminal.Note(line);
            return;
        }

        terminal.Rewrite(line);
        lineIsOpen = true;
    }

    private void ClearLine()
    {
        if (lineIsOpen)
        {
            terminal.ClearLine();
            lineIsOpen = false;
        }
    }
}
