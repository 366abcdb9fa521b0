using System.Globalization;
using System.Text;

namespace Inkstone.Tracking;

/// <summary>A run's <c>log.csv</c>: one row for each logged step and each evaluation, on disk at once.</summary>
internal sealed class CsvLog : ITracker
{
    private readonly AppendedFile file;

    /// <summary>Starts the file with its header, or goes on with it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="continueAfter">
    /// The step to go on after: rows of later steps and of what follows training, and a row that a kill cut, are taken away. Null starts anew.
    /// </param>
    /// <param name="evaluationPending">Whether the evaluation behind that step will be made again, so that its row goes too.</param>
    public CsvLog(string path, long? continueAfter = null, bool evaluationPending = false)
    {
        file = continueAfter is { } step && File.Exists(path)
            ? AppendedFile.ContinueAfterLines(path, line => line.Split(',') is var cells
                && (!long.TryParse(cells[0], CultureInfo.InvariantCulture, out var of) || of < step || (of == step && (cells[2] == "train" || (cells[2] == "validation" && !evaluationPending)))))
            : AppendedFile.Create(path);
        if (file.Length == 0)
        {
            Append("step,epoch,split,loss,grad_norm,learning_rate,accuracy,f1_macro,samples_per_second,tokens_per_second,seconds");
        }
    }

    public string Name => "log.csv";

    public void StepLogged(StepRecord record) => Write(
        record.Step, record.Epoch, "train", record.Loss, record.GradNorm, record.LearningRate, null, null,
        record.SamplesPerSecond, record.TokensPerSecond, record.Seconds);

    public void Evaluated(EvaluationRecord record) => Write(
        record.Step, record.Epoch, record.Split, record.Metrics.Loss, null, null, record.Metrics.Accuracy, record.Metrics.MacroF1,
        record.SamplesPerSecond, record.TokensPerSecond, record.Seconds);

    public void Dispose() => file.Dispose();

    private void Write(params ReadOnlySpan<object?> cells)
    {
        var texts = new string[cells.Length];
        for (var cell = 0; cell < cells.Length; cell++)
        {
            texts[cell] = Convert.ToString(cells[cell], CultureInfo.InvariantCulture) ?? "";
        }

        Append(string.Join(',', texts));
    }

    private void Append(string line) => file.Append(Encoding.UTF8.GetBytes(line + "\n"));
}
