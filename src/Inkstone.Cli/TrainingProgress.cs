using System.Globalization;
using Inkstone.Tracking;

namespace Inkstone.Cli;

/// <summary>
/// A run on standard error: one line that rewrites itself where that is a terminal, else a plain line every half minute;
/// and a line for each evaluation.
/// </summary>
/// <remarks>
/// The time left is that of the steps to come, at the pace of the latest ones. Evaluations and checkpoints between them neither count nor
/// slow that pace: their seconds are not in a <see cref="StepRecord"/>.
/// </remarks>
internal sealed class TrainingProgress(Terminal terminal, TimeProvider time) : IRunObserver, IDisposable
{
    private readonly ProgressOutput output = new(terminal, time);
    private readonly RecentPace steps = new();
    private readonly RecentPace rows = new();
    private double? averageLoss;
    private (string Split, int Done) evaluation;

    public void Notice(string message) => terminal.Note(message);

    public void StepDone(StepRecord record)
    {
        steps.Add(record.Step, record.Seconds);
        var secondsPerStep = steps.SecondsPerUnit ?? (record.Seconds / record.Step);
        if (double.IsFinite(record.Loss))   // a step that float16 made overflow may have none
        {
            averageLoss = averageLoss is { } average ? (0.95 * average) + (0.05 * record.Loss) : record.Loss;
        }

        if (terminal.IsVerbose)
        {
            terminal.Note(ProgressLine.Of(record, record.Loss, secondsPerStep, int.MaxValue));
        }
        else if (output.IsTime || record.Step == record.TotalSteps)
        {
            output.Show(ProgressLine.Of(record, averageLoss ?? record.Loss, secondsPerStep, output.Width));
        }
    }

    public void StepLogged(StepRecord record)
    {
    }

    public void EvaluationProgress(string split, int done, int total)
    {
        if (split != evaluation.Split || done < evaluation.Done)
        {
            rows.Clear();
        }

        evaluation = (split, done);
        rows.Add(done, output.Elapsed.TotalSeconds);
        if (output.IsTime)
        {
            output.Show(ProgressLine.OfEvaluation(split, done, total, rows.SecondsPerUnit, output.Width));
        }
    }

    public void Evaluated(EvaluationRecord record)
    {
        evaluation = default;
        terminal.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {record.Epoch:0.##}, {record.Split}: loss {record.Metrics.Loss:0.0000}, accuracy {record.Metrics.Accuracy:0.0000}, macro-F1 {record.Metrics.MacroF1:0.0000} ({record.SamplesPerSecond:0} samples/s)"));
    }

    public void Finish() => terminal.ClearLine();

    public void Dispose() => terminal.ClearLine();
}
