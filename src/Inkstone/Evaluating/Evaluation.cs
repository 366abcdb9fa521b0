using Inkstone.Checkpoints;
using Inkstone.Predicting;
using Inkstone.Preparing;
using Inkstone.Recipes;
using Inkstone.Tracking;

namespace Inkstone.Evaluating;

/// <summary>A classifier judged on labelled rows.</summary>
/// <param name="Split">What the rows are called: <c>test</c>, <c>validation</c>, or a file's name.</param>
/// <param name="Metrics">The numbers.</param>
/// <param name="Rows">The rows, each with what the classifier said.</param>
public sealed record Evaluation(string Split, ClassificationMetrics Metrics, IReadOnlyList<JudgedRow> Rows)
{
    private const string TestSplit = "test";
    private const string ValidationSplit = "validation";

    /// <summary>What the classifier's logits are to be divided by, where that was fitted; the numbers are those of the logits as they are.</summary>
    public Temperature? Temperature { get; init; }

    /// <summary>What a run of this recipe calls the rows that it is judged on at its end.</summary>
    public static string SplitOfRun(DataOptions data) => SplitFiles.TestOf(data) is null ? ValidationSplit : TestSplit;

    /// <summary>Judges the end of a run: on test rows, or else on validation rows; null where there are neither.</summary>
    public static Evaluation? OfRun(Classifier classifier, TrainingCorpus corpus, IRunObserver observer, CancellationToken stop)
    {
        var (split, rows) = JudgedOf(corpus);
        var done = 0;
        return rows.Count == 0 ? null
            : Of(classifier, split, rows, count => observer.EvaluationProgress(split, done += count, rows.Count), stop);
    }

    /// <summary>Fits a temperature on a run's validation rows, which the classifier did not learn from, and keeps it in the checkpoint.</summary>
    /// <param name="classifier">The classifier, as it was read back.</param>
    /// <param name="folder">Its checkpoint.</param>
    /// <param name="corpus">The run's rows.</param>
    /// <param name="judged">What was judged already: used where these are the validation rows.</param>
    /// <param name="stop">Asked between batches.</param>
    /// <returns>Null where there are no validation rows, or all of them are right.</returns>
    internal static Temperature? Calibrate(Classifier classifier, string folder, TrainingCorpus corpus, Evaluation? judged, CancellationToken stop)
    {
        var rows = corpus.Validation.Count == 0 ? []
            : judged?.Split == ValidationSplit ? judged.Rows
            : Read(classifier, corpus.Validation, null, stop);
        var temperature = Temperature.Fit([.. rows.Where(row => row.Seen != true)], ValidationSplit);
        temperature?.Write(folder);
        return temperature;
    }

    /// <summary>The rows that judge the end of a run: the test rows, or else the validation rows.</summary>
    internal static (string Split, JudgedRows Rows) JudgedOf(TrainingCorpus corpus) =>
        corpus.Test.Count > 0 ? (TestSplit, corpus.Test) : (ValidationSplit, corpus.Validation);

    /// <summary>Judges labelled rows.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="split">What to call the rows.</param>
    /// <param name="rows">The rows, encoded by this classifier's own encoder.</param>
    /// <param name="batchDone">Told how many rows each finished batch had.</param>
    /// <param name="stop">Asked between batches.</param>
    public static Evaluation Of(Classifier classifier, string split, JudgedRows rows, Action<int>? batchDone, CancellationToken stop)
    {
        return Of(split, Read(classifier, rows, batchDone, stop), classifier.LabelNames, rows.Seen);
    }

    private static JudgedRow[] Read(Classifier classifier, JudgedRows rows, Action<int>? batchDone, CancellationToken stop)
    {
        var scores = LogitsReader.Read(classifier, rows.Documents, 1, LogitsReader.DefaultBatchTokens, batchDone, stop);
        return [.. rows.Rows.Select((row, index) => new JudgedRow(row, rows.Documents.LabelIds[index], Array.ConvertAll(scores[index].Document, logit => (double)logit))
        {
            Seen = rows.Seen?[index],
            Truncated = rows.Documents[index].Truncated,
            Chunks = scores[index].Chunks.Length > 1 ? ChunkVotes.Of(scores[index].Document, scores[index].Chunks) : null,
        })];
    }

    /// <summary>Judges an ensemble: the mean of the logits that several classifiers gave the same rows.</summary>
    /// <param name="members">What each said; at least one.</param>
    /// <exception cref="InvalidDataException">Their labels or their rows differ.</exception>
    public static Evaluation OfMean(IReadOnlyList<Evaluation> members)
    {
        var first = members[0];
        foreach (var member in members)
        {
            if (!member.Metrics.Labels.SequenceEqual(first.Metrics.Labels))
            {
                throw new InvalidDataException(
                    $"The classifiers' labels differ: {string.Join(", ", first.Metrics.Labels)}, and {string.Join(", ", member.Metrics.Labels)}; an ensemble needs the same labels in the same order.");
            }

            if (!member.Rows.Select(row => (row.Row.File, row.Row.Line, row.LabelId)).SequenceEqual(first.Rows.Select(row => (row.Row.File, row.Row.Line, row.LabelId))))
            {
                throw new InvalidDataException("The classifiers judged different rows; an ensemble needs logits of the same ones.");
            }
        }

        var rows = first.Rows.Select((row, index) => row with
        {
            Logits = [.. row.Logits.Select((_, id) => members.Average(member => member.Rows[index].Logits[id]))],
            Chunks = null,   // each member may cut in its own way
            Truncated = members.All(member => member.Rows[index].Truncated is not null) ? members.Any(member => member.Rows[index].Truncated == true) : null,
            Seen = members.All(member => member.Rows[index].Seen is not null) ? members.Any(member => member.Rows[index].Seen == true) : null,
        }).ToList();
        return Of(first.Split, rows, first.Metrics.Labels, SeenOf(rows));
    }

    /// <summary>Judges logits that are known already.</summary>
    /// <param name="split">What to call the rows.</param>
    /// <param name="rows">The rows, with their logits.</param>
    /// <param name="labelNames">Names in the order of the logits.</param>
    /// <param name="seen">Whether each row's text stood in the training rows; null where these are not known.</param>
    public static Evaluation Of(string split, IReadOnlyList<JudgedRow> rows, IReadOnlyList<string> labelNames, IReadOnlyList<bool>? seen)
    {
        var metrics = ClassificationMetrics.Compute(
            [.. rows.Select(row => row.LabelId)], [.. rows.Select(row => row.Logits)], labelNames, seen is null ? null : [.. seen], withIntervals: true);
        return new(split, metrics, [.. rows.Select((row, index) => row with { Seen = seen?[index] })]);
    }

    /// <summary>Whether each row's text was trained on; null where that is not known of one of them.</summary>
    public static IReadOnlyList<bool>? SeenOf(IReadOnlyList<JudgedRow> rows) =>
        rows.Count > 0 && rows.All(row => row.Seen is not null) ? [.. rows.Select(row => row.Seen == true)] : null;

    /// <summary>Writes every file of <see cref="EvaluationFolder"/>.</summary>
    public void Write(string folder) => EvaluationFolder.Write(folder, Metrics, Rows, Temperature);
}
