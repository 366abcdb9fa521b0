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
    /// The step to go on after. Earlier files stay as they are; the new one tells TensorBoard to drop their later steps, as
    /// TensorFlow's and PyTorch's <c>purge_step</c> do. Null starts anew.
    /// </param>
    public TensorBoardLog(string folder, Recipe recipe, TimeProvider time, long? continueAfter)
    {
        this.time = time;
        var isContinued = continueAfter is not null && Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any();
        file = new(folder, time);
        if (isContinued)
        {
            file.Restart(continueAfter!.Value + 1);
            return;
        }

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
        AppendConfusion(record.Step, "eval", record.Metrics);
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
