using System.Globalization;

namespace Inkstone.Tracking;

/// <summary>A run's <c>log.csv</c>: one row for each logged step and each evaluation, on disk at once.</summary>
public sealed class CsvLog : IRunObserver, IDisposable
{
    private readonly StreamWriter writer;

    /// <summary>Starts the file with its header.</summary>
    public CsvLog(string path)
    {
        writer = new StreamWriter(path) { AutoFlush = true, NewLine = "\n" };
        writer.WriteLine("step,epoch,split,loss,grad_norm,learning_rate,accuracy,f1_macro,samples_per_second,tokens_per_second,seconds");
    }

    /// <inheritdoc/>
    public void Notice(string message)
    {
    }

    /// <inheritdoc/>
    public void StepDone(StepRecord record)
    {
    }

    /// <inheritdoc/>
    public void StepLogged(StepRecord record) => Write(
        record.Step, record.Epoch, "train", record.Loss, record.GradNorm, record.LearningRate, null, null,
        record.SamplesPerSecond, record.TokensPerSecond, record.Seconds);

    /// <inheritdoc/>
    public void EvaluationProgress(string split, int done, int total)
    {
    }

    /// <inheritdoc/>
    public void Evaluated(EvaluationRecord record) => Write(
        record.Step, record.Epoch, record.Split, record.Metrics.Loss, null, null, record.Metrics.Accuracy, record.Metrics.MacroF1,
        record.SamplesPerSecond, record.TokensPerSecond, record.Seconds);

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    private void Write(params ReadOnlySpan<object?> cells)
    {
        var texts = new string[cells.Length];
        for (var cell = 0; cell < cells.Length; cell++)
        {
            texts[cell] = Convert.ToString(cells[cell], CultureInfo.InvariantCulture) ?? "";
        }

        writer.WriteLine(string.Join(',', texts));
    }
}
