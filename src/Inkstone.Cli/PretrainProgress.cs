using System.Diagnostics;
using System.Globalization;
using Inkstone.Pretraining;

namespace Inkstone.Cli;

/// <summary>
/// A pre-training run on standard error: one line that rewrites itself where that is a terminal, else a plain line every half
/// minute; and a line for each look at the held-out texts.
/// </summary>
internal sealed class PretrainProgress(Terminal terminal) : IPretrainObserver, IDisposable
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

    public void StepDone(PretrainRecord record)
    {
        averageLoss = averageLoss is { } average ? (0.98 * average) + (0.02 * record.Loss) : record.Loss;
        if (terminal.IsVerbose || record.Share >= 1 || clock.Elapsed - shown >= (terminal.ShowsProgress ? Refresh : PlainInterval))
        {
            shown = clock.Elapsed;
            Show(Line(record, terminal.IsVerbose ? record.Loss : averageLoss.Value));
        }
    }

    public void StepLogged(PretrainRecord record)
    {
    }

    public void Judged(PretrainRecord record, HeldOutScore score) => Notice(string.Create(
        CultureInfo.InvariantCulture,
        $"step {record.Step}, epoch {record.Epoch:0.00}, held out: loss {score.Loss:0.0000}, perplexity {score.Perplexity:0.00}, accuracy {score.Accuracy:0.0000}"));

    public void Finish() => ClearLine();

    public void Dispose() => ClearLine();

    internal static string Line(PretrainRecord record, double loss)
    {
        var left = record.Left is { } time ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00} left") : "-:--:-- left";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {record.Step}  {100 * record.Share:0.0} %  epoch {record.Epoch:0.00}  loss {loss:0.0000}  lr {record.LearningRate:0.0e-00}  {record.Tokens / 1e6:0.0} M tokens  {record.TokensPerSecond:0} tokens/s  {left}");
    }

    private void Show(string line)
    {
        if (terminal.ShowsProgress && !terminal.IsVerbose)
        {
            terminal.Rewrite(line);
            lineIsOpen = true;
        }
        else
        {
            terminal.Note(line);
        }
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
