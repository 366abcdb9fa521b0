using System.Globalization;
using Inkstone.Pretraining;

namespace Inkstone.Cli;

/// <summary>
/// A pre-training run on standard error: one line that rewrites itself where that is a terminal, else a plain line every half
/// minute; and a line for each look at the held-out texts.
/// </summary>
internal sealed class PretrainProgress(Terminal terminal, TimeProvider time) : IPretrainObserver, IDisposable
{
    private readonly ProgressOutput output = new(terminal, time);
    private double? averageLoss;

    public void Notice(string message) => terminal.Note(message);

    public void StepDone(PretrainRecord record)
    {
        averageLoss = averageLoss is { } average ? (0.98 * average) + (0.02 * record.Loss) : record.Loss;
        if (terminal.IsVerbose)
        {
            terminal.Note(ProgressLine.Of(record, record.Loss, int.MaxValue));
        }
        else if (output.IsTime || record.Share >= 1)
        {
            output.Show(ProgressLine.Of(record, averageLoss.Value, output.Width));
        }
    }

    public void StepLogged(PretrainRecord record)
    {
    }

    public void Judged(PretrainRecord record, HeldOutScore score) => terminal.Note(string.Create(
        CultureInfo.InvariantCulture,
        $"step {record.Step}, epoch {record.Epoch:0.00}, held out: loss {score.Loss:0.0000}, perplexity {score.Perplexity:0.00}, accuracy {score.Accuracy:0.0000}"));

    public void Finish() => terminal.ClearLine();

    public void Dispose() => terminal.ClearLine();
}
