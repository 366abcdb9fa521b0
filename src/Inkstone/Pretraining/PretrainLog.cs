using System.Globalization;
using System.Text;
using Inkstone.Checkpoints;
using Inkstone.Tracking;
using Inkstone.Tracking.TensorBoard;

namespace Inkstone.Pretraining;

/// <summary>Writes a run's numbers for the readers that <see cref="PretrainOptions.ReportTo"/> names, and passes all on to another observer.</summary>
/// <remarks>Whatever stops a number from being written (a full disk above all) never stops the run: it is told once.</remarks>
internal sealed class PretrainLog : IPretrainObserver, IDisposable
{
    /// <summary>In the state: the step after which the held-out texts were looked at last.</summary>
    internal const string JudgedStep = "judged";

    /// <summary>In the state: steps since the last row of the log.</summary>
    internal const string StepsSinceRow = "unlogged_steps";

    private const string Train = "train", HeldOut = "held_out";
    private const string Header = "step,epoch,split,loss,perplexity,accuracy,grad_norm,learning_rate,tokens,tokens_per_second,seconds";

    private readonly IPretrainObserver next;
    private readonly AppendedFile? csv;
    private readonly EventFile? tensorBoard;
    private bool hasFailed;

    private PretrainLog(IPretrainObserver next, AppendedFile? csv, EventFile? tensorBoard) => (this.next, this.csv, this.tensorBoard) = (next, csv, tensorBoard);

    /// <summary>Begins the records of a run, or goes on with those of one that is resumed: what they say beyond its state is taken back.</summary>
    public static PretrainLog Of(PretrainOptions options, PretrainFolder run, TrainingState? from, IPretrainObserver next, TimeProvider time) => new(
        next,
        options.ReportTo.Contains("csv") ? Opened(() => Csv(run.Log, from), next) : null,
        options.ReportTo.Contains("tensorboard") ? Opened(() => Events(run, from?.Step, time), next) : null);

    public void Notice(string message) => next.Notice(message);

    public void StepDone(PretrainRecord record) => next.StepDone(record);

    public void StepLogged(PretrainRecord record)
    {
        Write(() =>
        {
            Append(record, Train, record.Loss, null, record.GradNorm, record.LearningRate);
            tensorBoard?.Append(record.Step, Summaries.Scalars(
            [
                new("train/loss", record.Loss), new("train/grad_norm", record.GradNorm), new("train/learning_rate", record.LearningRate),
                new("train/epoch", record.Epoch), new("train/tokens", record.Tokens), new("train/tokens_per_second", record.TokensPerSecond),
            ]));
        });
        next.StepLogged(record);
    }

    public void Judged(PretrainRecord record, HeldOutScore score)
    {
        Write(() =>
        {
            Append(record, HeldOut, score.Loss, score.Accuracy, null, null);
            tensorBoard?.Append(record.Step, Summaries.Scalars(
                [new("eval/loss", score.Loss), new("eval/perplexity", score.Perplexity), new("eval/accuracy", score.Accuracy)]));
        });
        next.Judged(record, score);
    }

    public void Dispose()
    {
        csv?.Dispose();
        tensorBoard?.Dispose();
    }

    private static T? Opened<T>(Func<T> open, IPretrainObserver next)
        where T : class
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            next.Notice($"A log cannot be written, and this run goes on without: {e.Message}");
            return null;
        }
    }

    private static AppendedFile Csv(string path, TrainingState? from)
    {
        var (last, judged, sinceRow) = (from?.Step ?? 0, -1L, 0);
        from?.Keep(JudgedStep, ref judged);
        from?.Keep(StepsSinceRow, ref sinceRow);
        var file = File.Exists(path) ? AppendedFile.ContinueAfterLines(path, IsKnown) : AppendedFile.Create(path);
        if (file.Length == 0)
        {
            file.Append(Encoding.UTF8.GetBytes(Header + "\n"));
        }

        return file;

        // The last step may have been saved before its rows were written: they will be written again.
        bool IsKnown(string line)
        {
            var cells = line.Split(',');
            return !long.TryParse(cells[0], CultureInfo.InvariantCulture, out var step) || step < last
                || (step == last && (cells[2] == HeldOut ? judged == last : sinceRow == 0));
        }
    }

    private static EventFile Events(PretrainFolder run, long? after, TimeProvider time)
    {
        var isContinued = Directory.Exists(run.TensorBoard) && Directory.EnumerateFiles(run.TensorBoard).Any();
        var file = new EventFile(run.TensorBoard, time);
        if (isContinued)
        {
            file.Restart((after ?? 0) + 1);
        }

        return file;
    }

    private void Append(PretrainRecord record, string split, double loss, double? accuracy, double? gradNorm, double? learningRate) =>
        csv?.Append(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{record.Step},{record.Epoch},{split},{loss},{Math.Exp(loss)},{accuracy},{gradNorm},{learningRate},{record.Tokens},{record.TokensPerSecond},{record.Elapsed.TotalSeconds}\n")));

    private void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!hasFailed)
            {
                hasFailed = true;
                next.Notice($"The log cannot be written: {e.Message} The run goes on; what happens until it can be written again is missing there.");
            }
        }
    }
}
