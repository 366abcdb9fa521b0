using Google.Protobuf.WellKnownTypes;
using Inkstone.Evaluating;
using Inkstone.Recipes;

namespace Inkstone.Tracking.TensorBoard;

/// <summary>A run's <c>tensorboard/</c>: scalars, the recipe as text and as hparams, confusion matrices, precision-recall curves.</summary>
internal sealed class TensorBoardLog : ITracker
{
    private readonly EventFile file;
    private readonly TimeProvider time;

    /// <param name="folder">Where the event files lie.</param>
    /// <param name="recipe">Its text and its values are logged.</param>
    /// <param name="time">The clock.</param>
    /// <param name="continueAfter">
    /// The step to go on after. Earlier files stay as they are; the new one tells TensorBoard to drop what they say of later steps, as
    /// TensorFlow's and PyTorch's <c>purge_step</c> do, and of this step what will come again. Null starts anew.
    /// </param>
    /// <param name="evaluationPending">Whether the evaluation behind that step will be made again.</param>
    public TensorBoardLog(string folder, Recipe recipe, TimeProvider time, long? continueAfter, bool evaluationPending = false)
    {
        this.time = time;
        if (continueAfter is { } step && Directory.Exists(folder) && Directory.GetFiles(folder) is [_, ..] earlier)
        {
            var (kept, isWhole) = Kept(earlier, step, evaluationPending);
            file = new(folder, time);
            file.Restart(isWhole ? step + 1 : step);   // TensorBoard drops whole steps only: the rest of this one is said once more
            foreach (var summary in isWhole ? [] : kept)
            {
                file.Append(step, summary);
            }

            return;
        }

        file = new(folder, time);

        file.Append(0, Summaries.Code("recipe", RecipeWriter.Write(recipe)));
        file.Append(0, Summaries.HParams("experiment", new() { Experiment = ExperimentOf(recipe) }));
        file.Append(0, Summaries.HParams("session_start_info", new() { SessionStartInfo = StartOf(recipe) }));
    }

    public string Name => "tensorboard/";

    private double Now => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    public void StepLogged(StepRecord record) => file.Append(record.Step, Summaries.Scalars(TrackedNumbers.Of(record)));

    public void Evaluated(EvaluationRecord record)
    {
        file.Append(record.Step, Summaries.Scalars(TrackedNumbers.Of(record)));
        AppendConfusion(record.Step, TrackedNumbers.Prefix(record), record.Metrics);
    }

    public void Finish(long step, Evaluation? evaluation)
    {
        if (evaluation is not null)
        {
            var prefix = TrackedNumbers.Prefix(evaluation);
            file.Append(step, Summaries.Scalars(TrackedNumbers.Of(evaluation)));
            AppendConfusion(step, prefix, evaluation.Metrics);
            AppendCurves(step, prefix, evaluation);
        }

        file.Append(step, Summaries.HParams("session_end_info", new()
        {
            SessionEndInfo = new() { Status = SessionEndInfo.Types.Status.Success, EndTimeSecs = Now },
        }));
    }

    public void Dispose() => file.Dispose();

    /// <summary>What the files say of a step and will not be said again, and whether that is all they say of it.</summary>
    private static (List<Summary> Kept, bool IsWhole) Kept(string[] files, long step, bool evaluationPending)
    {
        var said = new List<Summary>();
        foreach (var each in files.Order(StringComparer.Ordinal).SelectMany(EventFile.Read))
        {
            if (each.SessionLog?.Status == SessionLog.Types.SessionStatus.Start && each.Step <= step)
            {
                said.Clear();
            }
            else if (each.Summary is not null && each.Step == step)
            {
                said.Add(each.Summary);
            }
        }

        var kept = new KeptRecords(step, evaluationPending);
        var first = said.TakeWhile(summary => kept.Take(step, [.. summary.Value.Select(value => value.Tag)])).ToList();
        return (first, first.Count == said.Count);
    }

    private void AppendConfusion(long step, string prefix, ClassificationMetrics metrics)
    {
        file.Append(step, Summaries.Image($"{prefix}/confusion_matrix", ConfusionImage.Draw(metrics.Confusion)));
        file.Append(step, Summaries.Text($"{prefix}/classes", Summaries.ClassTable(metrics)));
    }

    private void AppendCurves(long step, string prefix, Evaluation evaluation)
    {
        double[][] probabilities = [.. evaluation.Rows.Select(row => Probabilities.Softmax(row.Logits))];
        for (var id = 0; id < evaluation.Metrics.Labels.Count; id++)
        {
            double[] ofClass = [.. probabilities.Select(row => row[id])];
            bool[] isPositive = [.. evaluation.Rows.Select(row => row.LabelId == id)];
            file.Append(step, Summaries.PrCurve($"{prefix}/pr/{evaluation.Metrics.Labels[id]}", ofClass, isPositive));
        }
    }

    private Experiment ExperimentOf(Recipe recipe)
    {
        var metrics = MetricName.All.Select(name => $"eval/{name}").Prepend("train/loss");
        return new()
        {
            TimeCreatedSecs = Now,
            HparamInfos = { RecipeJson.Values(recipe).Where(pair => pair.Value is not null).Select(pair => new HParamDescription { Name = pair.Key, Type = TypeOf(pair.Value!) }) },
            MetricInfos = { metrics.Select(tag => new MetricDescription { Name = new() { Tag = tag } }) },
        };
    }

    private SessionStartInfo StartOf(Recipe recipe)
    {
        var start = new SessionStartInfo { StartTimeSecs = Now };
        foreach (var (key, value) in RecipeJson.Values(recipe).Where(pair => pair.Value is not null))
        {
            start.Hparams.Add(key, value switch
            {
                bool truth => Value.ForBool(truth),
                int number => Value.ForNumber(number),
                double number => Value.ForNumber(number),
                _ => Value.ForString(RecipeText.Show(value)),
            });
        }

        return start;
    }

    private static HParamDescription.Types.DataType TypeOf(object value) => value switch
    {
        bool => HParamDescription.Types.DataType.Bool,
        int or double => HParamDescription.Types.DataType.Float64,
        _ => HParamDescription.Types.DataType.String,
    };
}
