using Inkstone.Evaluating;

namespace Inkstone.Tracking;

/// <summary>The numbers of a run under the names that Hugging Face's Trainer gives them: <c>train/loss</c>, <c>eval/f1_macro</c>.</summary>
internal static class TrackedNumbers
{
    /// <summary>A number that each evaluation during training has, and nothing else.</summary>
    public const string OfEveryEvaluation = "eval/runtime";

    private const string OfMean = "mean";

    public static IEnumerable<KeyValuePair<string, double>> Of(StepRecord record) =>
    [
        new("train/loss", record.Loss),
        new("train/grad_norm", record.GradNorm),
        new("train/learning_rate", record.LearningRate),
        new("train/epoch", record.Epoch),
        new("train/samples_per_second", record.SamplesPerSecond),
        new("train/tokens_per_second", record.TokensPerSecond),
        new("train/padding_share", record.PaddingShare),
        .. record.LossScale is { } scale ? [new("train/loss_scale", scale), new("train/skipped_steps", record.SkippedSteps ?? 0)] : Array.Empty<KeyValuePair<string, double>>(),
    ];

    public static IEnumerable<KeyValuePair<string, double>> Of(EvaluationRecord record) =>
    [
        .. Of(Prefix(record), record.Metrics),
        new($"{Prefix(record)}/runtime", record.Seconds),
        new($"{Prefix(record)}/samples_per_second", record.SamplesPerSecond),
        new($"{Prefix(record)}/tokens_per_second", record.TokensPerSecond),
    ];

    public static IEnumerable<KeyValuePair<string, double>> Of(Evaluation evaluation) => Of(Prefix(evaluation), evaluation.Metrics);

    /// <summary>Where the numbers of an evaluation stand: the mean of checkpoints, judged when training is over, is no point of the curve <c>eval</c>.</summary>
    public static string Prefix(EvaluationRecord record) => record.Split == "validation" ? "eval" : OfMean;

    /// <summary>
    /// Where the numbers of the checkpoint that the run keeps stand: <c>test</c> for test rows, otherwise <c>final</c>, apart from
    /// the curve of evaluations that <c>eval</c> is.
    /// </summary>
    public static string Prefix(Evaluation evaluation) => evaluation.Split == "test" ? "test" : "final";

    /// <summary>Whether a number, or what else bears a name, is written when training is over.</summary>
    public static bool FollowsTraining(string name) =>
        name.StartsWith("test/", StringComparison.Ordinal) || name.StartsWith("final/", StringComparison.Ordinal) || name.StartsWith(OfMean + "/", StringComparison.Ordinal)
        || name == "_hparams_/session_end_info";

    // Null numbers do not exist, and there is no way to say so in these formats but to leave them out.
    private static IEnumerable<KeyValuePair<string, double>> Of(string prefix, ClassificationMetrics metrics) =>
        from name in MetricName.All
        let value = metrics.Named(name)
        where value is not null
        select KeyValuePair.Create($"{prefix}/{name}", value.Value);
}
