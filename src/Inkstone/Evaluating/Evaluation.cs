using Inkstone.Checkpoints;
using Inkstone.Predicting;
using Inkstone.Preparing;
using Inkstone.Text.Corpora;
using Inkstone.Tracking;
using Inkstone.Training;

namespace Inkstone.Evaluating;

/// <summary>A classifier judged on labelled rows.</summary>
/// <param name="Split">What the rows are called: <c>test</c>, <c>validation</c>, or a file's name.</param>
/// <param name="Metrics">The numbers.</param>
/// <param name="Rows">The rows, each with what the classifier said.</param>
public sealed record Evaluation(string Split, ClassificationMetrics Metrics, IReadOnlyList<JudgedRow> Rows)
{
    /// <summary>Judges the end of a run: on test rows, or else on validation rows; null where there are neither.</summary>
    public static Evaluation? OfRun(Classifier classifier, EncodedCorpus documents, IRunObserver observer, CancellationToken stop)
    {
        var (split, rows) = documents.Test.Count > 0 ? ("test", documents.Test) : ("validation", documents.Validation);
        if (rows.Count == 0)
        {
            return null;
        }

        var trained = documents.Train.Select(row => (row.Row.Text, row.Row.TextPair)).ToHashSet();
        var done = 0;
        return Of(
            classifier, split, rows, row => trained.Contains((row.Text, row.TextPair)),
            count => observer.EvaluationProgress(split, done += count, rows.Count), stop);
    }

    /// <summary>Judges labelled rows.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="split">What to call the rows.</param>
    /// <param name="rows">The rows, encoded by this classifier's own encoder.</param>
    /// <param name="isSeen">Whether a row's text stood in the training rows; null where these are not known.</param>
    /// <param name="batchDone">Told how many rows each finished batch had.</param>
    /// <param name="stop">Asked between batches.</param>
    public static Evaluation Of(
        Classifier classifier, string split, IReadOnlyList<LabeledDocument> rows, Func<Row, bool>? isSeen, Action<int>? batchDone, CancellationToken stop)
    {
        var scores = LogitsReader.Read(classifier.Model, [.. rows.Select(row => row.Document)], 1, LogitsReader.DefaultBatchTokens, batchDone, stop);
        var judged = rows.Select((row, index) => new JudgedRow(row.Row, row.LabelId, Array.ConvertAll(scores[index].Document, logit => (double)logit)));
        return Of(split, [.. judged], classifier.LabelNames, isSeen);
    }

    /// <summary>Judges logits that are known already.</summary>
    public static Evaluation Of(string split, IReadOnlyList<JudgedRow> rows, IReadOnlyList<string> labelNames, Func<Row, bool>? isSeen)
    {
        var metrics = ClassificationMetrics.Compute(
            [.. rows.Select(row => row.LabelId)],
            [.. rows.Select(row => row.Logits)],
            labelNames,
            isSeen is null ? null : [.. rows.Select(row => isSeen(row.Row))]);
        return new(split, metrics, rows);
    }

    /// <summary>Writes metrics.json, predictions.csv, confusion.csv, confusion-pairs.csv and errors.csv.</summary>
    public void Write(string folder) => EvaluationFolder.Write(folder, Metrics, Rows);
}
