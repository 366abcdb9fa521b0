using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Inkstone.Evaluating;

namespace Inkstone.Tracking;

/// <summary>A run's <c>events.jsonl</c>: everything that happens, a JSON object a line, for scripts.</summary>
/// <remarks>
/// Every object has <c>event</c>, <c>time</c> (UTC) and <c>step</c>, the last one done. <c>start</c> and <c>resume</c> begin a
/// process; <c>train</c> has <c>total_steps epoch loss grad_norm learning_rate padding_share samples_per_second tokens_per_second seconds</c>
/// and with <c>training.fp16</c> also <c>loss_scale skipped_steps</c>; <c>evaluation</c> has <c>epoch split</c>, the names of
/// <see cref="MetricName"/>, <c>samples_per_second tokens_per_second seconds</c>; <c>notice</c> has <c>message</c>; <c>end</c> has
/// <c>split</c> and the numbers of the checkpoint that the run keeps. Numbers are not rounded; one that does not exist is null.
/// </remarks>
internal sealed class EventLog : ITracker
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly AppendedFile file;
    private readonly TimeProvider time;
    private long step;

    /// <param name="path">The file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="continueAfter">
    /// The step to go on after: lines of later steps and of what follows training, and a line that a kill cut, are taken away. Null starts anew.
    /// </param>
    /// <param name="evaluationPending">Whether the evaluation behind that step will be made again, so that its line goes too.</param>
    public EventLog(string path, TimeProvider time, long? continueAfter, bool evaluationPending = false)
    {
        this.time = time;
        step = continueAfter ?? 0;
        file = continueAfter is not null && File.Exists(path)
            ? AppendedFile.ContinueAfterLines(path, line => IsBefore(line, step, evaluationPending))
            : AppendedFile.Create(path);
        Write(continueAfter is null ? "start" : "resume", step, _ => { });
    }

    public string Name => "events.jsonl";

    public void Notice(string message) => Write("notice", step, json => json.WriteString("message", message));

    public void StepDone(StepRecord record) => step = record.Step;

    public void StepLogged(StepRecord record) => Write("train", record.Step, json =>
    {
        json.WriteNumber("total_steps", record.TotalSteps);
        WriteNumber(json, "epoch", record.Epoch);
        WriteNumber(json, "loss", record.Loss);
        WriteNumber(json, "grad_norm", record.GradNorm);
        WriteNumber(json, "learning_rate", record.LearningRate);
        WriteNumber(json, "padding_share", record.PaddingShare);
        if (record.LossScale is { } scale)
        {
            WriteNumber(json, "loss_scale", scale);
            json.WriteNumber("skipped_steps", record.SkippedSteps ?? 0);
        }

        WriteSpeed(json, record.SamplesPerSecond, record.TokensPerSecond, record.Seconds);
    });

    public void Evaluated(EvaluationRecord record) => Write("evaluation", record.Step, json =>
    {
        WriteNumber(json, "epoch", record.Epoch);
        json.WriteString("split", record.Split);
        WriteMetrics(json, record.Metrics);
        WriteSpeed(json, record.SamplesPerSecond, record.TokensPerSecond, record.Seconds);
    });

    public void Finish(long step, Evaluation? evaluation) => Write("end", step, json =>
    {
        json.WriteString("split", evaluation?.Split);
        if (evaluation is not null)
        {
            WriteMetrics(json, evaluation.Metrics);
        }
    });

    public void Dispose() => file.Dispose();

    private void Write(string name, long of, Action<Utf8JsonWriter> content)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, OneLine))
        {
            json.WriteStartObject();
            json.WriteString("event", name);
            json.WriteString("time", time.GetUtcNow());
            json.WriteNumber("step", of);
            content(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        file.Append(line.WrittenSpan);
    }

    private static void WriteMetrics(Utf8JsonWriter json, ClassificationMetrics metrics)
    {
        foreach (var name in MetricName.All)
        {
            WriteNumber(json, name, metrics.Named(name));
        }
    }

    private static void WriteSpeed(Utf8JsonWriter json, double samplesPerSecond, double tokensPerSecond, double seconds)
    {
        WriteNumber(json, "samples_per_second", samplesPerSecond);
        WriteNumber(json, "tokens_per_second", tokensPerSecond);
        WriteNumber(json, "seconds", seconds);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Whether a line tells of what a run that goes on will not do again.</summary>
    private static bool IsBefore(string line, long step, bool evaluationPending)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var (name, of) = (json.RootElement.GetProperty("event").GetString(), json.RootElement.GetProperty("step").GetInt64());
            return of <= step && name switch
            {
                "end" => false,
                "evaluation" when of == step => !evaluationPending && json.RootElement.GetProperty("split").GetString() == "validation",
                _ => true,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
